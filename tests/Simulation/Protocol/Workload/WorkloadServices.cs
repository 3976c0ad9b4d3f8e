using Scp.PathModel;
using Simulation.Protocol.Checking;

namespace Simulation.Protocol.Workload;

/// <summary>What the applications of a simulation share: numbers, plans, counts and checkers.</summary>
internal sealed class WorkloadServices
{
    private PathRandom _random;

    public WorkloadServices(TrafficMix mix, int nodes, PathRandom random)
    {
        _random = random;
        Mix = mix;
        Nodes = nodes;
        Calls = new CallPlanner(mix, _random.Fork());
        Streams = new StreamPlanner(mix, _random.Fork());
    }

    public TrafficMix Mix { get; }

    public int Nodes { get; }

    public TrafficCounts Counts { get; } = new();

    public CallChecker CallChecker { get; } = new();

    public StreamChecker StreamChecker { get; } = new();

    public CallPlanner Calls { get; }

    public StreamPlanner Streams { get; }

    public PathRandom Fork() => _random.Fork();
}
