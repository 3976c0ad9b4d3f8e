using System.Diagnostics;

namespace Wan.Forwarding;

/// <summary>Nanoseconds since this clock was made; it never runs backwards.</summary>
internal sealed class MonotonicClock
{
    private readonly long _originNs;

    public MonotonicClock()
    {
        if (Stopwatch.Frequency != 1_000_000_000)
        {
            throw new InvalidOperationException($"The monotonic clock counts {Stopwatch.Frequency} ticks a second where Linux counts nanoseconds.");
        }

        _originNs = Stopwatch.GetTimestamp();
    }

    public long NowNs => Stopwatch.GetTimestamp() - _originNs;
}
