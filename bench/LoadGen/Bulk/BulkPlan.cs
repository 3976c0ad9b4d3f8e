namespace LoadGen.Bulk;

/// <summary>How much to send and how. More than anyone can send means: until told to stop.</summary>
internal sealed record BulkPlan
{
    public const long Endless = long.MaxValue;

    public required long Bytes { get; init; }

    /// <summary>When it takes longer, what has arrived by then counts.</summary>
    public double MaxSeconds { get; init; } = 600;

    /// <summary>A transfer before, uncounted, so that code is compiled when it counts.</summary>
    public long WarmUpBytes { get; init; }

    public int BlockBytes { get; init; } = 256 * 1024;

    /// <summary>Sum what is sent and what arrives, and compare.</summary>
    public bool Checks { get; init; } = true;
}
