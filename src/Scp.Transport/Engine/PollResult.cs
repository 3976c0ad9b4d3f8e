namespace Scp.Transport.Engine;

/// <summary>What ended a wait. None of them: time passed, or the wait was broken off for nothing; look at the clock.</summary>
[Flags]
internal enum PollResult
{
    None = 0,

    /// <summary>The socket has something to receive, or an error to tell by receiving.</summary>
    Socket = 1,

    /// <summary>Somebody signalled since the waker was last drained: look at the mailbox.</summary>
    Signalled = 2,
}
