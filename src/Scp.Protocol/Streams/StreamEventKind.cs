namespace Scp.Protocol.Streams;

/// <summary>What happened to a stream. Each is told once until it happens again, in the order of this list.</summary>
[Flags]
internal enum StreamEventKind : byte
{
    None = 0,

    /// <summary>The peer opened it.</summary>
    Opened = 1 << 0,

    /// <summary>New bytes can be read.</summary>
    Readable = 1 << 1,

    /// <summary>Everything up to the end was read.</summary>
    Finished = 1 << 2,

    /// <summary>The peer gave up sending; what was not read is gone.</summary>
    ResetByPeer = 1 << 3,

    /// <summary>There is room again after a write that was not taken whole.</summary>
    Writable = 1 << 4,

    /// <summary>The peer wants no more; what was not sent is gone.</summary>
    StoppedByPeer = 1 << 5,

    /// <summary>The peer's reader has taken everything and the end.</summary>
    SendCompleted = 1 << 6,
}
