using System.Diagnostics;

namespace LoadGen.Measuring;

/// <summary>Monotonic nanoseconds: those of CLOCK_MONOTONIC, by which <see cref="Pacer"/> sleeps.</summary>
internal static class Clock
{
    public const long NsPerSecond = 1_000_000_000;

    /// <summary>The runtime's ticks are nanoseconds on Linux.</summary>
    public static long NowNs => Stopwatch.GetTimestamp();

    public static double Seconds(long ns) => ns / 1e9;

    public static long Ns(double seconds) => (long)(seconds * 1e9);
}
