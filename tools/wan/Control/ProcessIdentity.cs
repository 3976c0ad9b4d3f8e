using System.Globalization;
using Wan.Network;

namespace Wan.Control;

/// <summary>
/// One run of a process. Numbers are used again after a while, so the moment of its start, in the kernel's ticks since boot,
/// belongs to it.
/// </summary>
internal sealed record ProcessIdentity(int Pid, ulong StartTicks)
{
    private const nint PidfdSendSignal = 424;
    private const nint PidfdOpen = 434;
    private const int SignalKill = 9;

    // Counted after the name in parentheses, which may hold blanks: the state comes first, the start is the 20th.
    private const int StateField = 0;
    private const int StartField = 19;

    public static ProcessIdentity Own { get; } = new(Environment.ProcessId, StartOf(Environment.ProcessId) ?? 0);

    /// <summary>A process that has ended and that nobody has waited for yet holds nothing any more, so it counts as gone.</summary>
    public bool IsAlive => StartTicks != 0 && StartOf(Pid) == StartTicks;

    /// <summary>Ends it and waits until it is gone; false when it is still there after the time.</summary>
    public unsafe bool Kill(int timeoutMs)
    {
        int handle = (int)Libc.SystemCall(PidfdOpen, Pid, 0, 0, 0);
        if (handle < 0)
        {
            return !IsAlive;
        }

        try
        {
            // The handle was opened first, so if the identity still fits, both mean the same process.
            if (!IsAlive)
            {
                return true;
            }

            _ = Libc.SystemCall(PidfdSendSignal, handle, SignalKill, 0, 0);
            var entry = new Libc.PollEntry { Descriptor = handle, Events = Libc.PollIn };
            var timeout = new Libc.TimeSpec { Seconds = timeoutMs / 1000, Nanoseconds = timeoutMs % 1000 * 1_000_000L };
            return Libc.Poll(&entry, 1, &timeout, null) > 0;
        }
        finally
        {
            _ = Libc.Close(handle);
        }
    }

    private static ulong? StartOf(int pid)
    {
        try
        {
            return ParseStart(File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat"));
        }
        catch (IOException)
        {
            // There is no such process, or it went while its file was read.
            return null;
        }
    }

    /// <summary>The start out of the text of /proc/PID/stat; nothing when the process has ended.</summary>
    internal static ulong? ParseStart(string stat)
    {
        int nameEnd = stat.LastIndexOf(')');
        string[] fields = nameEnd < 0 ? [] : stat[(nameEnd + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length <= StartField || fields[StateField] is "Z" or "X")
        {
            return null;
        }

        return ulong.TryParse(fields[StartField], CultureInfo.InvariantCulture, out ulong start) ? start : null;
    }
}
