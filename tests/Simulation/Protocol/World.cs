using Scp.PathModel;
using Simulation.Protocol.Checking;
using Simulation.Protocol.Faults;
using Simulation.Harness;
using Simulation.Network;
using Simulation.Protocol.Nodes;
using Simulation.Protocol.Workload;

namespace Simulation.Protocol;

/// <summary>One simulation: nodes, network, faults and checkers, all in one thread on one virtual clock, all from one seed.</summary>
internal sealed class World
{
    private const int MinOperations = 1_000;
    private const int MinFaults = 20;
    private const long MinLengthNs = 60 * SimTime.Second;

    private readonly WorldPlan _plan;
    private readonly SimLoop _loop = new();
    private readonly PathTable _paths;
    private readonly SimServices _services;
    private readonly SimNode[] _nodes;
    private readonly NodeApplication[] _applications;
    private readonly WorkloadServices _workload;
    private readonly AmplificationChecker _amplification;
    private readonly Attacker _attacker;
    private readonly FaultScheduler _faults;
    private readonly BoundsChecker _bounds;

    public World(WorldPlan plan, TextWriter? log)
    {
        _plan = plan;
        var seeds = new PathRandom(PathRandom.Mix(plan.Seed));
        var trace = new SimTrace(log);
        var addresses = new AddressBook(plan.Nodes);
        _paths = new PathTable(plan.Nodes, (from, to) => plan.Profiles[from, to], seeds.Fork());
        var datagrams = new DatagramNetwork(_paths, addresses, trace);
        var lanes = new LaneNetwork(_paths, trace, seeds.Fork());
        _services = new SimServices(_paths, addresses, datagrams, lanes, trace, seeds.Fork()) { Replays = new ReplayChecker() };
        _workload = new WorkloadServices(plan.Traffic, plan.Nodes, seeds.Fork());
        _nodes = new SimNode[plan.Nodes];
        _applications = new NodeApplication[plan.Nodes];
        for (int i = 0; i < plan.Nodes; i++)
        {
            _nodes[i] = new SimNode(i, _services, plan.Options, new SimEntropy(seeds.Fork()));
            _applications[i] = new NodeApplication(_nodes[i], _workload, plan.TrafficFromNs, plan.QuietAtNs);
            _nodes[i].Application = _applications[i];
        }

        foreach ((int initiator, int acceptor) in plan.Links)
        {
            _nodes[initiator].AddUplink(acceptor);
        }

        _amplification = new AmplificationChecker(datagrams, addresses);
        _attacker = new Attacker(datagrams, addresses, _amplification, plan.Nodes, plan.AttackGapNs, plan.HealAtNs, seeds.Fork());
        _faults = new FaultScheduler(_services, _nodes, plan.Links, plan.Faults, plan.FaultsFromNs, plan.HealAtNs, seeds.Fork());
        _bounds = new BoundsChecker(_nodes);
        AddSources(datagrams, lanes);
    }

    public ulong TraceHash => _services.Trace.Hash;

    public long NowNs => _loop.NowNs;

    public static SeedResult RunSeed(ulong seed, TextWriter? log = null)
    {
        var world = new World(WorldPlan.FromSeed(seed), log);
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

        if (log is not null)
        {
            world.Describe(log);
            log.WriteLine(failure ?? "all checks passed");
        }

        return new SeedResult { Seed = seed, Failure = failure, TraceHash = world.TraceHash, Coverage = world.Coverage(), SimulatedNs = world.NowNs };
    }

    public void Run()
    {
        _loop.RunUntil(_plan.AskAtNs);
        _workload.CallChecker.CheckAtEnd(_loop.NowNs);
        _workload.StreamChecker.CheckAtEnd(_loop.NowNs);
        List<Call> questions = ProgressChecker.AskEverybody(_nodes, _applications, _loop.NowNs);
        _loop.RunUntil(_plan.EndNs);
        ProgressChecker.RequireAnswers(questions, _loop.NowNs);
        _workload.CallChecker.CheckAtEnd(_loop.NowNs);
        foreach (SimNode node in _nodes)
        {
            node.AddTotals(_loop.NowNs);
        }

        RequireEnough();
    }

    public Coverage Coverage() => ScpCoverage.Of(_paths, _services, _workload.Counts, _faults, _attacker, _amplification, _bounds);

    /// <summary>The last page of a trace: what every session looks like.</summary>
    private void Describe(TextWriter log)
    {
        foreach (SimNode node in _nodes)
        {
            foreach (Peering peering in node.Peerings)
            {
                log.WriteLine($"n{node.Number} {peering}, next timer {SimTime.Text(peering.Session.PollTimeout())}: {peering.Session.GetStatistics(NowNs)}");
            }
        }
    }

    private void AddSources(DatagramNetwork datagrams, LaneNetwork lanes)
    {
        _loop.Add(_faults);
        _loop.Add(datagrams);
        _loop.Add(lanes);
        foreach (SimNode node in _nodes)
        {
            _loop.Add(node);
        }

        _loop.Add(_attacker);
        _loop.Add(_bounds);
    }

    /// <summary>A seed that did too little proves too little.</summary>
    private void RequireEnough()
    {
        long operations = _workload.Counts.Operations;
        if (operations < MinOperations || _faults.Total < MinFaults || _loop.NowNs < MinLengthNs)
        {
            throw new SimulationFailedException(
                $"The seed did too little: {operations} operations of {MinOperations}, {_faults.Total} faults of {MinFaults}, {SimTime.Text(_loop.NowNs)} of {SimTime.Text(MinLengthNs)}.");
        }
    }
}
