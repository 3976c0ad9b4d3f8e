using Simulation.Harness;
using Simulation.Network;

namespace Simulation.Experiments;

/// <summary>Breaks the connection between two nodes again and again, so that a session resumes over and over.</summary>
internal sealed class LaneBreaker(LaneNetwork lanes, long nowNs, long gapNs, long untilNs) : ISimSource
{
    public long NextAtNs { get; private set; } = nowNs + gapNs;

    public void Advance(long nowNs)
    {
        _ = lanes.TryBreakOne(0, 1, nowNs);
        NextAtNs = nowNs + gapNs > untilNs ? long.MaxValue : nowNs + gapNs;
    }
}
