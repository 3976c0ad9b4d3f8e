namespace Scp.Protocol.Streams;

/// <summary>
/// One open stream: its halves, and its place in the queues of the table. The halves know bytes and offsets; whatever
/// concerns other streams, the peer or the owner is marked here by the table's parts.
/// </summary>
internal sealed class StreamEntry
{
    private StreamLinks _links;

    public StreamEntry(StreamId id, Priority priority, bool isLocal, SendStream? send, ReceiveStream? receive)
    {
        Id = id;
        Priority = priority;
        IsLocal = isLocal;
        Send = send;
        Receive = receive;
    }

    public StreamId Id { get; }

    public Priority Priority { get; }

    /// <summary>True when this side opened it.</summary>
    public bool IsLocal { get; }

    /// <summary>Null on a message stream of the peer.</summary>
    public SendStream? Send { get; }

    /// <summary>Null on a message stream of this side.</summary>
    public ReceiveStream? Receive { get; }

    /// <summary>Control frames that are to be sent.</summary>
    public StreamControlFlags Dirty { get; set; }

    /// <summary>Last words (the final ack, a reset) that were sent and not confirmed.</summary>
    public StreamControlFlags Unconfirmed { get; set; }

    /// <summary>Events that are to be told.</summary>
    public StreamEventKind Events { get; set; }

    /// <summary>True once the table has forgotten it; whoever still holds it drops what comes for it.</summary>
    public bool Removed { get; set; }

    public ref StreamLink Link(StreamRole role) => ref _links[(int)role];
}
