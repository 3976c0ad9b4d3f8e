using System.Runtime.InteropServices;

namespace Scp.Transport.Engine.Native;

/// <summary>struct timespec of 64 bits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    private const long NsPerSecond = 1_000_000_000;

    public long Seconds;
    public long Nanoseconds;

    public static TimeSpec Of(long ns) => new() { Seconds = ns / NsPerSecond, Nanoseconds = ns % NsPerSecond };
}
