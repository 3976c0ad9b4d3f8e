namespace LoadGen.Measuring;

/// <summary>What the two sides have sent, headers included, and what the server's process has allocated since it began.</summary>
internal readonly record struct PeerCounters(long BytesSent, long RedundantBytesSent, long ServerAllocatedBytes)
{
    public static PeerCounters operator -(PeerCounters later, PeerCounters earlier) => new(
        later.BytesSent - earlier.BytesSent,
        later.RedundantBytesSent - earlier.RedundantBytesSent,
        later.ServerAllocatedBytes - earlier.ServerAllocatedBytes);

    /// <summary>The share of bytes that were sent ahead against loss.</summary>
    public double Redundancy => BytesSent == 0 ? 0 : (double)RedundantBytesSent / BytesSent;
}
