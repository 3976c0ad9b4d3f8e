using System.Runtime.InteropServices;

namespace LoadGen.Measuring;

/// <summary>
/// Sleeps until a moment, to some ten microseconds: by an absolute time, so that being interrupted costs nothing, and with
/// the kernel's leave to be late for this thread taken away. It does not spin, since the systems that are measured share
/// the processor.
/// </summary>
internal static unsafe partial class Pacer
{
    private const int MonotonicClockId = 1;
    private const int AbsoluteTime = 1;
    private const int SetTimerSlack = 29;

    /// <summary>For the thread that calls it: its timers may be late by no more than a nanosecond more than they must.</summary>
    public static void Sharpen() => _ = Control(SetTimerSlack, 1, 0, 0, 0);

    public static void SleepUntil(long dueNs)
    {
        while (Clock.NowNs < dueNs)
        {
            var until = new Moment { Seconds = dueNs / Clock.NsPerSecond, Nanoseconds = dueNs % Clock.NsPerSecond };
            _ = Sleep(MonotonicClockId, AbsoluteTime, &until, null);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int Sleep(int clock, int flags, Moment* until, Moment* left);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint a, nuint b, nuint c, nuint d);

    private struct Moment
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
