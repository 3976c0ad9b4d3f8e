namespace Scp.Protocol.Streams;

/// <summary>What both sides of a session agreed on before the first chunk, and what this side holds itself to.</summary>
internal sealed record StreamTableOptions
{
    public required bool IsInitiator { get; init; }

    /// <summary>Streams this side may have open at once among those it opened.</summary>
    public int MaxLocalStreams { get; init; } = StreamLimits.MaxStreamsPerSide;

    /// <summary>Streams the peer may have open at once among those it opened.</summary>
    public int MaxPeerStreams { get; init; } = StreamLimits.MaxStreamsPerSide;

    /// <summary>Bytes a stream may send before any credit came: the window the peer starts with.</summary>
    public int PeerStreamWindowBytes { get; init; } = ScpLimits.StreamWindowBytes;

    /// <summary>Bytes all streams may send before any credit came.</summary>
    public int PeerSessionWindowBytes { get; init; } = ScpLimits.SessionWindowBytes;

    /// <summary>The window that each stream starts to receive with.</summary>
    public int StreamWindowBytes { get; init; } = ScpLimits.StreamWindowBytes;

    /// <summary>The window that a stream grows to while its reader keeps up.</summary>
    public int MaxStreamWindowBytes { get; init; } = ScpLimits.MaxStreamWindowBytes;

    public int SessionWindowBytes { get; init; } = ScpLimits.SessionWindowBytes;

    /// <summary>Bytes of all streams that were written and are not yet acknowledged.</summary>
    public int SendBufferBytes { get; init; } = ScpLimits.SessionWindowBytes;

    /// <summary>Set when both sides have one. Without it nothing is compressed, and compressed chunks are refused.</summary>
    public IBlockCodec? Codec { get; init; }
}
