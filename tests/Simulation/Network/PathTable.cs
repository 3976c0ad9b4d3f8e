using Scp.PathModel;

namespace Simulation.Network;

/// <summary>The path from every node to every other.</summary>
internal sealed class PathTable
{
    private readonly SimPath[] _paths;

    public PathTable(int nodes, Func<int, int, PathProfile> profileOf, PathRandom seeds)
    {
        Nodes = nodes;
        _paths = new SimPath[nodes * nodes];
        for (int from = 0; from < nodes; from++)
        {
            for (int to = 0; to < nodes; to++)
            {
                _paths[(from * nodes) + to] = new SimPath(profileOf(from, to), seeds.NextUInt64());
            }
        }
    }

    public int Nodes { get; }

    public SimPath this[int from, int to] => _paths[(from * Nodes) + to];

    public long RoundTripNs(int one, int other) => this[one, other].Profile.OneWayDelayNs + this[other, one].Profile.OneWayDelayNs;

    /// <summary>Every path, for sums of statistics.</summary>
    public IEnumerable<SimPath> All => _paths;
}
