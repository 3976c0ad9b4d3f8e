using Consensus.Core;

namespace Consensus.Tests.Core.Cluster;

/// <summary>Carries snapshots from node to node, slowly, and not always to the end.</summary>
internal sealed class SimSnapshots(SimCluster cluster)
{
    private const long TransferNs = 20_000_000;

    public void Send(SimNode from, SnapshotWanted wanted)
    {
        var (index, hash) = from.State;
        if (!from.Raft!.TryMakeMark(index, out var mark))
        {
            throw new SafetyViolationException($"{from.Id} cannot make a snapshot of what it has applied");
        }

        if (mark.Index < wanted.Index)
        {
            throw new SafetyViolationException($"{from.Id} wants a snapshot at {wanted.Index} sent, having applied {mark.Index}");
        }

        int life = from.Life;
        long delayNs = (TransferNs / 2) + cluster.Random.Below(TransferNs);
        bool lost = cluster.Random.Below(100) < cluster.Plan.DropPercent || cluster.Network.IsCut(from.Id, wanted.To);
        if (lost)
        {
            Report(from, life, wanted.To, installed: false);
            return;
        }

        cluster.After(wanted.To, delayNs, () => Receive(cluster.Node(wanted.To), from, life, wanted, mark, hash), life: 0);
        if (cluster.Random.Below(3) == 0)
        {
            // The same once more, when it is old.
            cluster.After(wanted.To, cluster.Random.Below(60 * delayNs), () => Receive(cluster.Node(wanted.To), from, life, wanted, mark, hash), life: 0);
        }

        cluster.After(4 * delayNs, () => Report(from, life, wanted.To, installed: false));
    }

    private void Receive(SimNode to, SimNode from, int life, SnapshotWanted wanted, SnapshotMark mark, ulong hash)
    {
        if (to.Raft!.HandleSnapshotReceived(mark, from.Id, wanted.Term, to.LocalNs) == SnapshotVerdict.Install)
        {
            cluster.After(to.Id, cluster.Random.Below(TransferNs), () =>
            {
                to.Install(mark, hash);
                Report(from, life, to.Id, installed: true);
            }, to.Life);
        }
    }

    private void Report(SimNode from, int life, ReplicaId to, bool installed) =>
        cluster.After(from.Id, cluster.Plan.DelayNs, () => from.Raft!.HandleSnapshotSent(to, installed, from.LocalNs), life);
}
