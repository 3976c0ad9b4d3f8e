using System.Diagnostics;

namespace Scp.Transport.Engine;

/// <summary>
/// Nanoseconds since an arbitrary moment. It never goes back and knows nothing of the time of day, so nobody who sets the
/// clock disturbs a session. It stands still while the machine sleeps.
/// </summary>
internal static class MonotonicClock
{
    private static readonly double NsPerTick = 1e9 / Stopwatch.Frequency;

    public static long NowNs => Stopwatch.Frequency == 1_000_000_000 ? Stopwatch.GetTimestamp() : (long)(Stopwatch.GetTimestamp() * NsPerTick);

    /// <summary>The moment so long after another; <see cref="long.MaxValue"/> for never, which what is too long comes to as well.</summary>
    public static long After(long nowNs, TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan || time.Ticks > (long.MaxValue - nowNs) / TimeSpan.NanosecondsPerTick ? long.MaxValue : nowNs + (time.Ticks * TimeSpan.NanosecondsPerTick);
}
