using Consensus;
using Consensus.Core;
using Consensus.Host;
using Scp.PathModel;
using Simulation.Cluster.Nodes;
using Simulation.Harness;

namespace Simulation.Cluster.Faults;

/// <summary>
/// Saves state machines now and then, and, in some seeds, lets logs begin after what every replica has applied: nobody
/// would bring a replica that needs more a snapshot.
/// </summary>
internal sealed class LogKeeper
{
    private readonly ClusterServices _services;
    private PathRandom _random;

    public LogKeeper(ClusterServices services, PathRandom random)
    {
        _services = services;
        _random = random;
        services.Agenda.At(services.Plan.FaultsFromNs, Act);
    }

    private void Act()
    {
        if (_services.Agenda.NowNs >= _services.Plan.QuietAtNs)
        {
            return;
        }

        _services.Agenda.In(_random.NextBetween(100 * SimTime.Ms, SimTime.Second), Act);
        ReplicaSlot[] open = [.. _services.Nodes.SelectMany(node => node.Slots).Where(slot => slot.Handle is not null && !slot.Node.Process!.IsPaused)];
        if (open.Length == 0)
        {
            return;
        }

        ReplicaSlot chosen = open[_random.NextBelow(open.Length)];
        chosen.Checkpoint = chosen.Machine.Copy();
        _services.Counts.Note(ClusterEvent.Checkpoints);
        if (_services.Plan.Compacts)
        {
            Compact(chosen);
        }
    }

    private void Compact(ReplicaSlot slot)
    {
        long everybodys = _services.SlotsOf(slot.Group).Where(other => !other.Node.IsOut).Min(other => other.MostApplied);
        long index = Math.Min(everybodys, slot.Checkpoint.AppliedIndex);
        if (index <= slot.Core.Mark.Index)
        {
            return;
        }

        _services.Counts.Note(ClusterEvent.LogsCompacted);
        slot.Node.Process!.WorkerOf(slot.Group).Post(new AskMail<bool>(slot.Handle!.Hosted, (replica, nowNs) => Compact(replica, index, nowNs), false));
    }

    private static bool Compact(RaftReplica replica, long index, long nowNs)
    {
        bool can = replica.TryMakeMark(index, out SnapshotMark mark);
        if (can)
        {
            replica.HandleSnapshotTaken(mark, nowNs);
        }

        return can;
    }
}
