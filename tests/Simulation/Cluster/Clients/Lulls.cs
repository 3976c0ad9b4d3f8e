using Scp.PathModel;
using Simulation.Harness;

namespace Simulation.Cluster.Clients;

/// <summary>Times at which no client begins anything, so that groups find sleep.</summary>
internal sealed class Lulls
{
    private readonly List<(long FromNs, long UntilNs)> _all = [];

    public Lulls(long untilNs, PathRandom random)
    {
        long atNs = random.NextBetween(3, 12) * SimTime.Second;
        while (atNs < untilNs)
        {
            long endNs = atNs + random.NextBetween(SimTime.Second, 4 * SimTime.Second);
            _all.Add((atNs, endNs));
            atNs = endNs + random.NextBetween(6, 16) * SimTime.Second;
        }
    }

    /// <summary>When the lull ends that is now, if there is one.</summary>
    public long? EndOf(long nowNs)
    {
        foreach ((long fromNs, long untilNs) in _all)
        {
            if (nowNs >= fromNs && nowNs < untilNs)
            {
                return untilNs;
            }
        }

        return null;
    }
}
