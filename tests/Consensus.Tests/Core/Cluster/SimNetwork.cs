namespace Consensus.Tests.Core.Cluster;

/// <summary>Loses, repeats, delays and reorders messages, and cuts nodes off from each other, in one direction or both.</summary>
internal sealed class SimNetwork(SimCluster cluster)
{
    private const long LongDelayNs = 2_000_000_000;

    private readonly HashSet<(ReplicaId From, ReplicaId To)> _cuts = [];
    private bool _kind;

    public void Send(ReplicaId from, ReplicaId to, byte[] bytes)
    {
        int copies = Chance(cluster.Plan.DuplicatePercent) ? 2 : 1;
        for (; copies > 0; copies--)
        {
            if (_cuts.Contains((from, to)) || Chance(cluster.Plan.DropPercent) || (int)to.Value > cluster.Nodes.Count)
            {
                continue;
            }

            long delayNs = (cluster.Plan.DelayNs / 2) + cluster.Random.Below(cluster.Plan.DelayNs);
            delayNs += Chance(cluster.Plan.LongDelayPercent) ? cluster.Random.Below(LongDelayNs) : 0;
            cluster.After(to, delayNs, () => cluster.Node(to).Receive(bytes), life: 0);
        }
    }

    public void Cut(ReplicaId from, ReplicaId to) => _cuts.Add((from, to));

    public void Isolate(ReplicaId node)
    {
        foreach (var other in cluster.Nodes)
        {
            _ = _cuts.Add((node, other.Id));
            _ = _cuts.Add((other.Id, node));
        }
    }

    public bool IsCut(ReplicaId from, ReplicaId to) => _cuts.Contains((from, to));

    public void Heal() => _cuts.Clear();

    /// <summary>From here on every message arrives.</summary>
    public void BeKind()
    {
        Heal();
        _kind = true;
    }

    private bool Chance(long percent) => !_kind && cluster.Random.Below(100) < percent;
}
