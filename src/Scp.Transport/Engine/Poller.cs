using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Scp.Transport.Engine.Native;
using Scp.Transport.Udp.Native;

namespace Scp.Transport.Engine;

/// <summary>Where the owner of a core sleeps.</summary>
internal static unsafe class Poller
{
    private const int SocketIndex = 0;
    private const int WakerIndex = 1;

    /// <summary>
    /// Asks that the calling thread be woken when its time is over. The kernel else takes up to 50 microseconds more, to
    /// wake several threads at once, and what is paced comes in lumps. Where it does not listen, that is how it stays.
    /// </summary>
    public static void SharpenTimers() => _ = EventCalls.ProcessControl(EventCalls.SetTimerSlack, 1, 0, 0, 0);

    /// <summary>
    /// Waits until the socket can be read, somebody signals, or the time is over; <see cref="long.MaxValue"/> or a negative
    /// time is for ever, zero only looks. Takes the signal with it, as <see cref="Waker.Drain"/> does. May return early with
    /// nothing.
    /// </summary>
    public static PollResult Wait(int socketHandle, Waker waker, long timeoutNs)
    {
        bool isForEver = timeoutNs is < 0 or long.MaxValue;
        if (timeoutNs != 0 && !waker.TryArm())
        {
            // There is work, so only look whether the socket has some too.
            isForEver = false;
            timeoutNs = 0;
        }

        PollHandle* handles = stackalloc PollHandle[2];
        handles[SocketIndex] = new PollHandle { Handle = socketHandle, Wanted = PollHandle.Input };
        handles[WakerIndex] = new PollHandle { Handle = waker.Handle, Wanted = PollHandle.Input };
        TimeSpec timeout = TimeSpec.Of(isForEver ? 0 : timeoutNs);
        int ready = EventCalls.Poll(handles, 2, isForEver ? null : &timeout, null);
        int error = ready < 0 ? Marshal.GetLastPInvokeError() : 0;
        PollResult result = waker.Drain() ? PollResult.Signalled : PollResult.None;
        if (ready <= 0)
        {
            CheckMisuse(error);
            return result;
        }

        if (((handles[SocketIndex].Ready | handles[WakerIndex].Ready) & PollHandle.Invalid) != 0)
        {
            ThrowMisuse(Errno.BadHandle);
        }

        if (handles[WakerIndex].Ready != 0)
        {
            waker.ClearEvent();
        }

        return handles[SocketIndex].Ready != 0 ? result | PollResult.Socket : result;
    }

    private static void CheckMisuse(int error)
    {
        if (error is not (0 or Errno.Interrupted or Errno.NoMemory))
        {
            ThrowMisuse(error);
        }
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowMisuse(int error) =>
        throw new InvalidOperationException($"Waiting on a closed socket or waker (error {error} of the system).");
}
