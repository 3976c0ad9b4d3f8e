using Scp.Protocol;
using Simulation.Protocol.Nodes;

namespace Simulation.Protocol.Workload;

/// <summary>A duplex stream of the plan, both sides of it.</summary>
internal sealed class StreamFlow(uint number)
{
    public uint Number => number;

    public required Priority Priority { get; init; }

    /// <summary>From the side that opened it.</summary>
    public required StreamLeg There { get; init; }

    public required StreamLeg Back { get; init; }

    public Peering Opener { get; set; } = null!;

    /// <summary>Null until the other side has read the number.</summary>
    public Peering? Acceptor { get; set; }

    public StreamId Id { get; set; }

    public long OpenedAtNs { get; set; }

    public override string ToString() => $"stream {number} of n{Opener.Node} to n{Opener.Peer}";
}
