using Consensus.Host;
using Scp.PathModel;
using Simulation.Harness;

namespace Simulation.Cluster.Nodes;

/// <summary>Applies entries a little later, in order.</summary>
internal sealed class SimApplier(NodeProcess process, Agenda agenda, PathRandom random) : IApplySink
{
    private readonly Queue<MachineWork> _waiting = new();
    private PathRandom _random = random;

    public void Submit(MachineWork work)
    {
        _waiting.Enqueue(work);
        if (_waiting.Count == 1)
        {
            Plan();
        }
    }

    private void Plan() => process.At(agenda.NowNs + DrawDelay(), ApplyNext);

    private void ApplyNext()
    {
        MachineWork work = _waiting.Dequeue();
        work.Run();
        work.Group.Worker.Post(work);
        if (_waiting.Count > 0)
        {
            Plan();
        }
    }

    private long DrawDelay() => _random.NextBelow(20) == 0 ? _random.NextBelow(20 * SimTime.Ms) : _random.NextBelow(100 * SimTime.Us);
}
