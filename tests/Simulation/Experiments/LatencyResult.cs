namespace Simulation.Experiments;

/// <summary>Latencies of one run, from the scheduled send to the reply, and what they cost.</summary>
internal sealed class LatencyResult
{
    private readonly long[] _sortedNs;

    public LatencyResult(IEnumerable<long> latenciesNs, int lost)
    {
        _sortedNs = [.. latenciesNs.Order()];
        Lost = lost;
    }

    public int Answered => _sortedNs.Length;

    /// <summary>Calls that were never answered.</summary>
    public int Lost { get; }

    public required int Seconds { get; init; }

    /// <summary>Bytes of both directions, headers included, redundancy left out.</summary>
    public long BaseBytes { get; init; }

    /// <summary>Parity, copies and repeats within the budget, both directions.</summary>
    public long RedundantBytes { get; init; }

    /// <summary>Copies of messages marked urgent, which have a budget of their own.</summary>
    public long UrgentBytes { get; init; }

    public double RedundantShare => BaseBytes == 0 ? 0 : (double)RedundantBytes / BaseBytes;

    public double RedundantBytesPerSecond => (double)RedundantBytes / Seconds;

    /// <summary>The latency that this share of the calls stays within; calls without an answer count as later than all.</summary>
    public double PercentileMs(double share)
    {
        int rank = (int)Math.Ceiling(share * (Answered + Lost)) - 1;
        return rank < Answered ? _sortedNs[Math.Max(0, rank)] / 1e6 : double.PositiveInfinity;
    }
}
