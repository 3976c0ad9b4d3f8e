namespace Scp.Protocol.Lanes;

/// <summary>What a <see cref="LaneReader"/> found next.</summary>
internal enum LaneItemKind
{
    Hello,

    /// <summary>A chunk begins; its data follows in pieces, or there is none.</summary>
    ChunkHeader,

    /// <summary>The next bytes of the chunk that began last.</summary>
    ChunkData,

    Packet,
    Ping,
    Pong,
    Close,
}
