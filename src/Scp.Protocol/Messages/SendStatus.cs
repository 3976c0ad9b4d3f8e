namespace Scp.Protocol.Messages;

/// <summary>Whether a message was taken for sending.</summary>
public enum SendStatus : byte
{
    Accepted,

    /// <summary>The queue is full; try again when calls have completed.</summary>
    Busy,

    /// <summary>Larger than a message may be; use a stream.</summary>
    TooLarge,

    /// <summary>The session has ended.</summary>
    Closed,

    /// <summary>No such request waits for a reply: it was answered, withdrawn, or its caller moved on.</summary>
    NotExpected,
}
