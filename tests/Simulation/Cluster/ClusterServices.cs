using Simulation.Cluster.Checking;
using Simulation.Cluster.Nodes;
using Simulation.Harness;

namespace Simulation.Cluster;

/// <summary>What everything in one simulation shares.</summary>
internal sealed class ClusterServices(ClusterPlan plan, SimTrace trace)
{
    public ClusterPlan Plan => plan;

    public SimTrace Trace => trace;

    public Agenda Agenda { get; } = new();

    public ClusterCounts Counts { get; } = new();

    public required GroupBooks Books { get; init; }

    public ClusterChecks Checks { get; set; } = null!;

    public ClusterNetwork Network { get; set; } = null!;

    public required Clients.Lulls Lulls { get; init; }

    /// <summary>Clients begin nothing more.</summary>
    public bool AreClientsQuiet { get; set; }

    /// <summary>By index; those in use and the spares.</summary>
    public ClusterNode[] Nodes { get; set; } = [];

    public IEnumerable<ReplicaSlot> SlotsOf(Consensus.GroupId group) =>
        Nodes.SelectMany(node => node.Slots).Where(slot => slot.Group == group);
}
