using System.Runtime.ExceptionServices;
using Wan.Network;

namespace Wan.Forwarding;

/// <summary>
/// How other threads have work done on the forwarding thread: one piece at a time, announced by a descriptor that the thread
/// polls together with its devices. Posters queue up on a lock, so the mailbox is bounded by one.
/// </summary>
internal sealed unsafe class Mailbox : IDisposable
{
    private readonly Lock _posting = new();
    private volatile Letter? _letter;

    public Mailbox()
    {
        Descriptor = Libc.EventDescriptor(0, Libc.EventNonBlocking | Libc.EventCloseOnExec);
        if (Descriptor < 0)
        {
            throw Errno.Failure("cannot make an eventfd");
        }
    }

    public int Descriptor { get; }

    public void Invoke(Action<ForwardingCore, long> work, int timeoutMs)
    {
        lock (_posting)
        {
            var letter = new Letter(work);
            _letter = letter;
            ulong one = 1;
            if (Libc.Write(Descriptor, &one, sizeof(ulong)) != sizeof(ulong))
            {
                throw Errno.Failure("cannot wake the forwarding thread");
            }

            if (!letter.Done.Wait(timeoutMs))
            {
                throw new TimeoutException($"The forwarding thread did not answer within {timeoutMs} ms.");
            }

            letter.Failure?.Throw();
        }
    }

    /// <summary>Runs what was posted, on the forwarding thread. What fails is the poster's to handle.</summary>
    public void Serve(ForwardingCore core, long nowNs)
    {
        ulong count;
        _ = Libc.Read(Descriptor, &count, sizeof(ulong));
        if (Interlocked.Exchange(ref _letter, null) is not { } letter)
        {
            return;
        }

        try
        {
            letter.Work(core, nowNs);
        }
        catch (Exception failure)
        {
            letter.Failure = ExceptionDispatchInfo.Capture(failure);
        }

        letter.Done.Set();
    }

    public void Dispose() => _ = Libc.Close(Descriptor);

    private sealed class Letter(Action<ForwardingCore, long> work)
    {
        public Action<ForwardingCore, long> Work { get; } = work;

        public ManualResetEventSlim Done { get; } = new();

        public ExceptionDispatchInfo? Failure { get; set; }
    }
}
