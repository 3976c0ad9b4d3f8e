using Simulation.Harness;

namespace Simulation.Cluster;

/// <summary>What a run of the cluster simulator must have met.</summary>
internal static class ClusterCoverage
{
    private static readonly (string Group, ClusterEvent From, ClusterEvent Until)[] Groups =
    [
        ("network", ClusterEvent.BatchesSent, ClusterEvent.BatchesReordered),
        ("faults", ClusterEvent.CutsBothWays, ClusterEvent.Flaps),
        ("consensus", ClusterEvent.Elections, ClusterEvent.EntriesApplied),
        ("clients", ClusterEvent.Puts, ClusterEvent.HistoriesUndecided),
    ];

    /// <summary>What says how a run went, and may well be zero.</summary>
    private static readonly ClusterEvent[] Optional = [ClusterEvent.HistoriesUndecided];

    public static IReadOnlyList<CoverageCounter> Counters { get; } =
        [.. Enum.GetValues<ClusterEvent>().Select(kind => new CoverageCounter(GroupOf(kind), NameOf(kind), !Optional.Contains(kind)))];

    public static Coverage Of(ClusterCounts counts)
    {
        var coverage = new Coverage(Counters);
        foreach (ClusterEvent kind in Enum.GetValues<ClusterEvent>())
        {
            coverage.Add((int)kind, counts[kind]);
        }

        return coverage;
    }

    private static string GroupOf(ClusterEvent kind) => Groups.First(group => kind >= group.From && kind <= group.Until).Group;

    /// <summary>"PowerCuts" reads "power cuts" in the table.</summary>
    private static string NameOf(ClusterEvent kind) =>
        string.Concat(kind.ToString().Select((letter, i) => char.IsUpper(letter) ? (i > 0 ? " " : "") + char.ToLowerInvariant(letter) : letter.ToString()));
}
