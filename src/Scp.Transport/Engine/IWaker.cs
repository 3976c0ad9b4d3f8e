namespace Scp.Transport.Engine;

/// <summary>A signal that any thread gives and one thread takes; see <see cref="Waker"/> for what holds between the two.</summary>
internal interface IWaker
{
    /// <summary>From any thread: the owner does not sleep again before it has taken this.</summary>
    void Signal();

    /// <summary>By the owner. True when somebody signalled.</summary>
    bool Drain();
}
