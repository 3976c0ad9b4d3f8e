using System.Buffers.Text;
using Wan.Network;

namespace Wan.Forwarding;

/// <summary>
/// How long the calling thread has had to wait for a processor in all, by the kernel's own account. Made and read on the
/// thread that it is about.
/// </summary>
internal sealed unsafe class WaitMeter : IDisposable
{
    // "ran waited slices": three numbers and two blanks.
    private const int TextBytes = 64;

    private readonly int _descriptor;

    public WaitMeter() => _descriptor = Libc.Open("/proc/thread-self/schedstat", Libc.OpenReadOnly | Libc.OpenCloseOnExec);

    /// <summary>False where the kernel keeps no such account; the caller then has to assume the worst.</summary>
    public bool TryRead(out long waitedNs)
    {
        waitedNs = 0;
        if (_descriptor < 0)
        {
            return false;
        }

        byte* text = stackalloc byte[TextBytes];
        nint length = Libc.ReadAt(_descriptor, text, TextBytes, 0);
        return length > 0 && TryParse(new ReadOnlySpan<byte>(text, (int)length), out waitedNs);
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out long waitedNs)
    {
        waitedNs = 0;
        int blank = text.IndexOf((byte)' ');
        return blank > 0 && Utf8Parser.TryParse(text[(blank + 1)..], out waitedNs, out _);
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Libc.Close(_descriptor);
        }
    }
}
