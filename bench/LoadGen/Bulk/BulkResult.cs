namespace LoadGen.Bulk;

/// <summary>What arrived, and how long it took from the first write to the last receipt.</summary>
/// <param name="IsComplete">False when time ran out: then the bytes are those that had arrived.</param>
internal sealed record BulkResult(long Bytes, double Seconds, bool IsComplete)
{
    public double MbitPerSecond => Seconds <= 0 ? 0 : Bytes * 8 / Seconds / 1e6;
}
