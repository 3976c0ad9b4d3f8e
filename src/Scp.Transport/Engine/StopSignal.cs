namespace Scp.Transport.Engine;

/// <summary>
/// The wish that an owner stop, which it hears at whatever moment it comes. The order on both sides is what makes it so:
/// <code>
/// any:    Stop           say the wish, then signal
/// owner:  TakeAndGoOn    take the signal, then look for the wish; work; sleep, which an untaken signal forbids
/// </code>
/// A wish that is said after the look has its signal still to come, and the owner does not sleep. Were the look to come
/// first, a wish between the two would have its signal taken and not be seen, and nothing would wake the owner again.
/// </summary>
internal sealed class StopSignal(IWaker waker)
{
    private bool _isWished;

    /// <summary>From any thread.</summary>
    public void Stop()
    {
        Volatile.Write(ref _isWished, true);
        waker.Signal();
    }

    /// <summary>By the owner, before each turn: takes whatever was signalled; false when it is to stop.</summary>
    public bool TakeAndGoOn()
    {
        _ = waker.Drain();
        return !Volatile.Read(ref _isWished);
    }
}
