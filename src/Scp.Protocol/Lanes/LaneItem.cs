namespace Scp.Protocol.Lanes;

/// <summary>
/// One thing read from a bulk lane. <see cref="Bytes"/> points into the reader or into what it was given, and holds
/// until the next read.
/// </summary>
internal readonly ref struct LaneItem
{
    public required LaneItemKind Kind { get; init; }

    /// <summary>The body of a hello, a piece of a chunk's data, the frames of a packet, the reason of a close.</summary>
    public ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>The header, when a chunk begins.</summary>
    public ChunkHeader Chunk { get; init; }

    /// <summary>Bytes of data that a chunk which begins here brings along, compressed or not.</summary>
    public int ChunkDataBytes { get; init; }

    /// <summary>The number of a packet, or the opaque value of a ping or pong.</summary>
    public ulong Number { get; init; }

    /// <summary>Why the lane closes.</summary>
    public ErrorCode Code { get; init; }
}
