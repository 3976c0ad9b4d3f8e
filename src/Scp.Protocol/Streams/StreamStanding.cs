namespace Scp.Protocol.Streams;

/// <summary>What is known of a stream id that the peer has named.</summary>
internal enum StreamStanding
{
    Open,

    /// <summary>It was open, and is forgotten: what comes late for it is dropped.</summary>
    Closed,

    /// <summary>The peer may open it, or has done so in a chunk that is still under way.</summary>
    Unseen,

    /// <summary>It is this side's to open, and this side has not.</summary>
    Invalid,
}
