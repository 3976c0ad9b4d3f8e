namespace LoadGen.Measuring;

/// <summary>When the requests of an open loop are due: evenly, whatever becomes of those before.</summary>
internal readonly record struct OpenLoopSchedule(long StartNs, double RatePerSecond, double Seconds)
{
    public long Count => Math.Max(1, (long)Math.Floor(RatePerSecond * Seconds));

    public long EndNs => StartNs + (long)(Seconds * 1e9);

    /// <summary>Counted from the start each time, so that no rounding adds up.</summary>
    public long DueNs(long index) => StartNs + (long)Math.Round(index * (1e9 / RatePerSecond));
}
