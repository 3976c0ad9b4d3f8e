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
}
