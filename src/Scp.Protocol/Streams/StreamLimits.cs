namespace Scp.Protocol.Streams;

/// <summary>Limits of the stream layer that concern no other part of the protocol.</summary>
internal static class StreamLimits
{
    /// <summary>
    /// Wire. Runs of bytes of one stream, each sent on one lane, that may be unacknowledged at once. A sender waits past
    /// this, so that many tiny chunks over several lanes cannot shred the receiver's reassembly.
    /// </summary>
    public const int MaxSentRuns = 256;

    /// <summary>
    /// Wire. Separate runs a receiver keeps ahead of a gap. More than <see cref="MaxSentRuns"/>, since what lanes that
    /// died had delivered may lie between what is sent again.
    /// </summary>
    public const int MaxRunsAhead = 4 * MaxSentRuns;

    /// <summary>Streams that each side opens at most at once: both sides together have <see cref="ScpLimits.MaxStreams"/>.</summary>
    public const int MaxStreamsPerSide = ScpLimits.MaxStreams / 2;

    /// <summary>Of a shared budget, the part that bulk leaves to every higher priority: one in this many.</summary>
    public const int BulkReserveDivisor = 8;

    /// <summary>Free blocks that a pool keeps for the next burst.</summary>
    public const int MaxIdleBlocks = 256;

    /// <summary>Chunks of a stream between two trials of compression, while trials save too little.</summary>
    public const int CompressionTrialInterval = 16;

    /// <summary>Data below this is never worth compressing.</summary>
    public const int MinCompressBytes = 512;
}
