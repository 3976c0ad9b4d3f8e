using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Scp.Transport.Engine.Native;
using Scp.Transport.Udp.Native;

namespace Scp.Transport.Engine;

/// <summary>
/// Lets any thread wake the one that owns a core. Publish first (put into the mailbox), then <see cref="Signal"/>; the
/// owner calls <see cref="Drain"/> or <see cref="Poller.Wait"/>, then reads the mailbox. What was published before a
/// signal is then seen, or the owner does not sleep.
/// <para>
/// One word says where the owner is, so that only a signal to a sleeper costs a system call:
/// </para>
/// <code>
/// owner:  Drain    any -> Awake                     then it reads the mailbox
///         TryArm   Awake -> Sleeping                fails after a signal since the drain, which forbids sleep
/// any:    Signal   Awake or Sleeping -> Signalled   whoever replaces Sleeping writes to the event
/// </code>
/// <para>
/// Each step is a full fence. Take a signaller and the next drain: either the signaller's fence comes first, and the
/// drain's reads of the mailbox see what was published; or the drain comes first, and the signaller sees a state that is
/// not Signalled, and sets it. The event itself may be written late, after the owner woke for another reason: that wakes
/// it once more for nothing. The state alone decides whether it may sleep.
/// </para>
/// </summary>
internal sealed unsafe class Waker : IWaker, IDisposable
{
    private const int Awake = 0;
    private const int Sleeping = 1;
    private const int Signalled = 2;

    private readonly SafeFileHandle _event;
    private int _state;
    private long _eventWrites;

    public Waker()
    {
        int handle = EventCalls.CreateEvent(0, EventCalls.CloseOnExec | EventCalls.NonBlocking);
        if (handle < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "No event to wake a sleeping thread with could be had from the system.");
        }

        Handle = handle;
        _event = new SafeFileHandle(handle, ownsHandle: true);
    }

    /// <summary>Readable when a sleeper is to wake.</summary>
    internal int Handle { get; }

    /// <summary>The owner sleeps, or is about to.</summary>
    internal bool IsArmed => Volatile.Read(ref _state) == Sleeping;

    /// <summary>System calls that signals have cost.</summary>
    internal long EventWrites => Volatile.Read(ref _eventWrites);

    /// <summary>From any thread, also after <see cref="Dispose"/>, when there is nobody to wake.</summary>
    public void Signal()
    {
        // The barrier puts what was published before the look at the state. While the owner is busy the state stays
        // Signalled, and the many that signal only share its cache line instead of taking it from each other.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _state) != Signalled && Interlocked.Exchange(ref _state, Signalled) == Sleeping)
        {
            WriteEvent();
        }
    }

    /// <summary>By the owner, after it slept and before it reads the mailbox. True when somebody signalled.</summary>
    public bool Drain() => Interlocked.Exchange(ref _state, Awake) == Signalled;

    public void Dispose() => _event.Dispose();

    /// <summary>By the owner, before it sleeps; false when it must not.</summary>
    internal bool TryArm() => Interlocked.CompareExchange(ref _state, Sleeping, Awake) == Awake;

    /// <summary>By the owner, when the event is readable.</summary>
    internal void ClearEvent()
    {
        ulong count;
        _ = EventCalls.Read(Handle, &count, sizeof(ulong));
    }

    private void WriteEvent()
    {
        bool isHeld = false;
        try
        {
            // Held, so that the number cannot have become that of another file by the time of the call.
            _event.DangerousAddRef(ref isHeld);
            _ = Interlocked.Increment(ref _eventWrites);
            ulong one = 1;
            while (EventCalls.Write(Handle, &one, sizeof(ulong)) < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted)
            {
            }
        }
        catch (ObjectDisposedException)
        {
            // The owner has gone for good.
        }
        finally
        {
            if (isHeld)
            {
                _event.DangerousRelease();
            }
        }
    }
}
