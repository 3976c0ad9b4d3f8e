using Scp.PathModel;
using Simulation.Harness;

namespace Simulation.Experiments;

/// <summary>A loss-halving flow as part of a simulation.</summary>
internal sealed class RivalFlow(LossHalvingFlow flow) : ISimSource
{
    public long NextAtNs => flow.NextAtNs;

    public void Advance(long nowNs) => flow.Advance(nowNs);
}
