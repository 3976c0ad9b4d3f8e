using Consensus;
using Consensus.Core;
using Scp.PathModel;
using Simulation.Cluster.Checking;
using Simulation.Cluster.Clients;
using Simulation.Cluster.Faults;
using Simulation.Cluster.Nodes;
using Simulation.Harness;
using Simulation.Network;

namespace Simulation.Cluster;

/// <summary>One simulation: nodes with real workers and real logs, network, disks, clocks, clients, faults and checkers, in one thread from one seed.</summary>
internal sealed class ClusterWorld
{
    private const int MinOperations = 1_000;
    private const int MinFaults = 20;

    private readonly ClusterPlan _plan;
    private readonly ClusterServices _services;
    private readonly HistoryBook _history;
    private readonly SimClient[] _clients;
    private readonly SimLoop _loop = new();

    public ClusterWorld(ClusterPlan plan, TextWriter? log)
    {
        _plan = plan;
        var seeds = new PathRandom(PathRandom.Mix(plan.Seed));
        int nodes = plan.Nodes + ClusterPlan.Spares;
        _services = new ClusterServices(plan, new SimTrace(log))
        {
            Books = new GroupBooks(plan.Groups, () => SimTime.Text(NowNs)),
            Lulls = new Lulls(plan.HealAtNs, seeds.Fork()),
        };
        _services.Checks = new ClusterChecks(_services);
        _services.Network = new ClusterNetwork(_services, new PathTable(nodes, (_, _) => plan.Path, seeds.Fork()), seeds.Fork());
        _services.Nodes = [.. Enumerable.Range(0, nodes).Select(index => new ClusterNode(index, _services, seeds.Fork()))];
        Found(seeds.Fork());
        _history = new HistoryBook(plan.Groups, _services.Counts);
        _clients = [.. Enumerable.Range(1, plan.Clients).Select(number => new SimClient((ulong)number, _services, _history, seeds.Fork()))];
        _ = new ClusterFaults(_services, seeds.Fork());
        _ = new ClusterOperator(_services, seeds.Fork());
        _ = new LogKeeper(_services, seeds.Fork());
        _ = new FlappingNode(_services, seeds.Fork());
        _services.Agenda.At(plan.HealAtNs, AskForProgress);
        _services.Agenda.At(plan.ProgressByNs, RequireProgress);
        _loop.Add(_services.Agenda);
    }

    public long NowNs => _services.Agenda.NowNs;

    public static SeedResult RunSeed(ulong seed, TextWriter? log = null)
    {
        var world = new ClusterWorld(ClusterPlan.FromSeed(seed), log);
        string? failure = null;
        try
        {
            world.Run();
        }
        catch (SimulationFailedException exception)
        {
            failure = exception.Message;
        }
        catch (Exception exception)
        {
            failure = $"An exception at {SimTime.Text(world.NowNs)}: {exception}";
        }

        log?.WriteLine(failure ?? "all checks passed");
        return new SeedResult
        {
            Seed = seed,
            Failure = failure,
            TraceHash = world._services.Trace.Hash,
            Coverage = ClusterCoverage.Of(world._services.Counts),
            SimulatedNs = world.NowNs,
        };
    }

    public void Run()
    {
        _loop.RunUntil(_plan.QuietAtNs);
        while (_services.Counts.Operations < MinOperations && NowNs < _plan.QuietAtNs + _plan.MaxOvertimeNs)
        {
            _loop.RunUntil(_loop.NowNs + SimTime.Second);
        }

        _services.AreClientsQuiet = true;
        Settle();
        foreach (SimClient client in _clients)
        {
            client.Stop();
        }

        CountNetwork();
        foreach (GroupBook book in _services.Books.All)
        {
            _history.Check(book);
        }

        RequireEnough();
    }

    /// <summary>Every group begins on all nodes or on three of them.</summary>
    private void Found(PathRandom random)
    {
        for (ulong number = 1; number <= (ulong)_plan.Groups; number++)
        {
            int[] nodes = [.. Enumerable.Range(0, _plan.Nodes)];
            random.Shuffle<int>(nodes);
            int count = random.Chance(0.6) ? _plan.Nodes : 3;
            Member[] members = [.. nodes.Take(count).Select(node => new Member(new ReplicaId((ulong)node + 1), _services.Nodes[node].Id))];
            Configuration founding = Configuration.TryCreate(members, [], out _)!;
            foreach (Member member in members)
            {
                _ = _services.Nodes[(int)member.Node.Value - 1].AddReplica(new GroupId(number), member.Replica, founding);
            }
        }

        foreach (ClusterNode node in _services.Nodes.Take(_plan.Nodes))
        {
            int error = (int)random.NextBetween(-_plan.MaxClockErrorPpm, _plan.MaxClockErrorPpm);
            node.Clock.SetError(error, 0);
            _services.Agenda.At(random.NextBelow(100 * SimTime.Ms), node.Start);
        }
    }

    private void AskForProgress()
    {
        for (int i = 0; i < _services.Books.All.Count; i++)
        {
            _clients[i % _clients.Length].MustWrite(_services.Books.All[i].Group);
        }
    }

    private void RequireProgress()
    {
        foreach (GroupBook book in _services.Books.All)
        {
            book.Require(book.HasProgressed, $"has acknowledged nothing {SimTime.Text(_plan.ProgressByNs - _plan.HealAtNs)} after the last fault");
        }
    }

    /// <summary>With time to catch up and nothing in the way, every group has a leader and every member all that was committed.</summary>
    private void Settle()
    {
        long latestNs = _loop.NowNs + _plan.MaxSettlingNs;
        _loop.RunUntil(_loop.NowNs + SimTime.Second);
        foreach (GroupBook book in _services.Books.All)
        {
            while (ProblemOf(book) is { } problem)
            {
                book.Require(_loop.NowNs < latestNs, $"has not settled: {problem}");
                _loop.RunUntil(_loop.NowNs + (SimTime.Second / 4));
            }
        }
    }

    private string? ProblemOf(GroupBook book)
    {
        ReplicaSlot? leader = _services.SlotsOf(book.Group).Where(slot => slot.Status?.Role == RaftRole.Leader).MaxBy(slot => slot.Status!.Term);
        if (leader is null)
        {
            return "there is no leader";
        }

        ReplicaSlot? behind = _services.SlotsOf(book.Group)
            .Where(slot => leader.Status!.Members.IsMember(slot.Replica) && !slot.Node.IsOut)
            .FirstOrDefault(slot => slot.Handle is null || slot.Machine.AppliedIndex != book.Applied.Count || slot.Machine.Hash != book.Applied[^1].State);
        return behind is null
            ? null
            : $"{behind.Replica} on {behind.Node.Id} has {behind.Machine.AppliedIndex} entries of {book.Applied.Count}, led by {leader.Replica}";
    }

    private void CountNetwork()
    {
        foreach (SimPath path in _services.Network.Paths.All)
        {
            PathStatistics statistics = path.Datagrams.Statistics;
            _services.Counts.Note(ClusterEvent.BatchesSent, statistics.Offered);
            _services.Counts.Note(ClusterEvent.BatchesLost, statistics.Dropped);
            _services.Counts.Note(ClusterEvent.BatchesDuplicated, statistics.Duplicated);
            _services.Counts.Note(ClusterEvent.BatchesReordered, statistics.Reordered);
        }
    }

    /// <summary>A seed that did too little proves too little.</summary>
    private void RequireEnough()
    {
        if (_services.Counts.Operations < MinOperations || _services.Counts.Faults < MinFaults)
        {
            throw new SimulationFailedException(
                $"The seed did too little: {_services.Counts.Operations} operations of {MinOperations}, {_services.Counts.Faults} faults of {MinFaults}.");
        }
    }
}
