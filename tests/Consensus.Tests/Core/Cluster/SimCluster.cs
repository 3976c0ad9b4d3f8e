using Consensus.Core;

namespace Consensus.Tests.Core.Cluster;

/// <summary>A cluster in one thread, from one seed: nodes, network, faults and clients on one queue of events.</summary>
internal sealed class SimCluster
{
    public static readonly GroupId Group = new(7);

    private const long Second = 1_000_000_000;
    private const long FaultsNs = 5 * Second;
    private const long RecoveryNs = 30 * Second;
    private const long MaxSteps = 3_000_000;

    private readonly PriorityQueue<Event, (long AtNs, long Order)> _events = new();
    private readonly List<SimNode> _nodes = [];
    private long _order;
    private long _steps;

    public SimCluster(ulong seed)
    {
        Plan = new SimPlan(seed);
        Random = new RandomSource(seed ^ 0x5EED);
        Checker = new SimChecker(this);
        Network = new SimNetwork(this);
        Snapshots = new SimSnapshots(this);
        Workload = new SimWorkload(this);
        Faults = new SimFaults(this);
        Member[] voters = [.. Enumerable.Range(1, Plan.Replicas).Select(MemberOf)];
        var configuration = Configuration.TryCreate(voters, [], out _)!;
        foreach (var voter in voters)
        {
            AddNode(voter.Replica, configuration).Start();
        }
    }

    public SimPlan Plan { get; }

    public RandomSource Random { get; }

    public SimChecker Checker { get; }

    public SimNetwork Network { get; }

    public SimSnapshots Snapshots { get; }

    public SimWorkload Workload { get; }

    public SimFaults Faults { get; }

    public IReadOnlyList<SimNode> Nodes => _nodes;

    public long NowNs { get; private set; } = Second;

    public static Member MemberOf(int id) => new(new ReplicaId((ulong)id), new NodeId((ulong)id));

    public SimNode Node(ReplicaId id) => _nodes[(int)id.Value - 1];

    public SimNode AddNode(ReplicaId id, Configuration configuration)
    {
        var clock = new SimClock(Random.Below(1_000 * Second), Random.Below((2 * Plan.DriftPpm) + 1) - Plan.DriftPpm);
        var node = new SimNode(this, id, configuration, clock);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Faults and load for a while, then peace: the cluster has to be well again.</summary>
    public void Run()
    {
        long faultsEndNs = NowNs + FaultsNs;
        Workload.Begin(faultsEndNs);
        Faults.Begin(faultsEndNs);
        RunUntil(faultsEndNs, () => false);
        Faults.HealAll();
        long target = Workload.BeginRecovery();
        RunUntil(NowNs + RecoveryNs, () => Workload.Acknowledged > target);
        if (Workload.Acknowledged <= target)
        {
            throw new SafetyViolationException("no proposal was acknowledged after the faults had ended: " + Describe());
        }
    }

    /// <summary>Something that happens to a node in a while; not after a crash, and not before a pause ends.</summary>
    public void After(ReplicaId node, long delayNs, Action happen, int life) =>
        _events.Enqueue(new Event(node, life, happen), (NowNs + delayNs, _order++));

    /// <summary>Something that happens in the world in a while.</summary>
    public void After(long delayNs, Action happen) => After(ReplicaId.None, delayNs, happen, 0);

    /// <summary>After any input: outputs are taken, and the next timer is set.</summary>
    public void Finish(SimNode node)
    {
        node.Drain();
        long wantedNs = node.Raft!.NextTimeoutNs;
        long atNs = wantedNs == long.MaxValue ? long.MaxValue : Math.Max(NowNs + 1, node.Clock.True(wantedNs));
        if (atNs < node.WakeAtNs || node.WakeAtNs <= NowNs)
        {
            node.WakeAtNs = atNs;
            if (atNs < long.MaxValue)
            {
                After(node.Id, atNs - NowNs, () => StepTimers(node, atNs), node.Life);
            }
        }
    }

    public long DiskDelayNs(SimNode node) => InOrder(node, Plan.DiskNs);

    public long ApplyDelayNs(SimNode node) => InOrder(node, Plan.ApplyNs);

    public string Describe() => string.Join("; ", _nodes.Select(n => n.Raft is { } r
        ? $"{n.Id} {r.Role} t{r.Term} log {r.Mark.Index}..{r.LastIndex} durable {r.DurableIndex} commit {r.CommitIndex} applied {r.AppliedIndex} {r.Configuration}{(r.IsAsleep ? " asleep" : "")}"
        : $"{n.Id} down"));

    // Of one kind, what is begun first ends first: a fixed time per node and moment keeps the order without a queue.
    private static long InOrder(SimNode node, long meanNs) => (meanNs / 2) + (meanNs * (long)(node.Id.Value % 3) / 2);

    private static void StepTimers(SimNode node, long atNs)
    {
        if (node.WakeAtNs == atNs)
        {
            node.WakeAtNs = long.MaxValue;
            node.Raft!.HandleTime(node.LocalNs);
        }
    }

    private void RunUntil(long endNs, Func<bool> done)
    {
        while (!done() && _events.TryPeek(out _, out var due) && due.AtNs <= endNs)
        {
            var next = _events.Dequeue();
            NowNs = Math.Max(NowNs, due.AtNs);
            if (++_steps > MaxSteps)
            {
                throw new SafetyViolationException("the cluster never rests: " + Describe());
            }

            if (next.Node.IsNone)
            {
                next.Happen();
                continue;
            }

            var node = Node(next.Node);
            if (!node.IsUp || (next.Life != 0 && next.Life != node.Life))
            {
                continue;
            }

            if (node.PausedUntilNs > NowNs)
            {
                _events.Enqueue(next, (node.PausedUntilNs, _order++));
                continue;
            }

            next.Happen();
            if (node.IsUp)
            {
                Finish(node);
            }
        }

        NowNs = Math.Max(NowNs, done() ? NowNs : endNs);
    }

    private readonly record struct Event(ReplicaId Node, int Life, Action Happen);
}
