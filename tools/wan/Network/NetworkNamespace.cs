namespace Wan.Network;

/// <summary>
/// A network namespace that exists as long as this object's descriptor does: nothing under /run/netns names it, so it goes
/// with the process, however that ends.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    private const string OfThisThread = "/proc/thread-self/ns/net";

    private NetworkNamespace(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; }

    /// <summary>
    /// Makes a namespace and runs the work inside it. Both happen on a thread of its own, which ends afterwards, since a thread
    /// that moved into a namespace must not go back to the pool.
    /// </summary>
    public static NetworkNamespace Create(Action inside)
    {
        NetworkNamespace? made = null;
        OwnThread.Run(() =>
        {
            if (Libc.Unshare(Libc.CloneNewNet) != 0)
            {
                throw Errno.Failure("cannot make a network namespace");
            }

            int descriptor = Libc.Open(OfThisThread, Libc.OpenReadOnly | Libc.OpenCloseOnExec);
            if (descriptor < 0)
            {
                throw Errno.Failure($"cannot open {OfThisThread}");
            }

            var home = new NetworkNamespace(descriptor);
            try
            {
                inside();
            }
            catch
            {
                home.Dispose();
                throw;
            }

            made = home;
        });
        return made!;
    }

    /// <summary>Moves the calling thread, and it alone, into the namespace that a file stands for.</summary>
    public static void Enter(string path)
    {
        int descriptor = Libc.Open(path, Libc.OpenReadOnly | Libc.OpenCloseOnExec);
        if (descriptor < 0)
        {
            throw Errno.Failure($"cannot open {path}");
        }

        try
        {
            if (Libc.SetNamespace(descriptor, Libc.CloneNewNet) != 0)
            {
                throw Errno.Failure($"cannot enter the network namespace {path}");
            }
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    public void Dispose() => _ = Libc.Close(Descriptor);
}
