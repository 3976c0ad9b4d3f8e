using Scp.PathModel;

namespace Wan.Forwarding;

/// <summary>
/// What one ordered pair has done since the counters were last reset. Offered = delivered + dropped, where delivered counts a
/// packet once however many copies arrive, and from its verdict on, which is before it arrives.
/// </summary>
internal readonly record struct PairCounters
{
    public PathStatistics Path { get; init; }

    /// <summary>Copies that the simulator itself had no room for.</summary>
    public long Overflow { get; init; }

    /// <summary>Copies that the receiving device refused.</summary>
    public long Refused { get; init; }

    public long QueueHighWaterNs { get; init; }

    public int UnderWay { get; init; }
}
