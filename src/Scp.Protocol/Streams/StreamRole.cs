namespace Scp.Protocol.Streams;

/// <summary>What a list of streams is for. A stream is in at most one list of each role.</summary>
internal enum StreamRole
{
    /// <summary>All open streams, in the order in which they were opened.</summary>
    Open,

    /// <summary>Has something to send, or waits for session credit to send it.</summary>
    Send,

    /// <summary>Has a control frame to send.</summary>
    Control,

    /// <summary>Has events to tell.</summary>
    Event,

    /// <summary>Waits for room in the session's send buffer.</summary>
    Room,
}
