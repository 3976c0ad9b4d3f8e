using Consensus;

namespace Simulation.Cluster.Nodes;

/// <summary>A node's way into the network.</summary>
internal sealed class SimCarrier(ClusterNode node, ClusterNetwork network) : IMessageCarrier
{
    public void Send(NodeId to, ReadOnlySpan<byte> batch) => network.Send(node, to, batch);

    public void SendBulk(NodeId to, ReadOnlySpan<byte> part) => network.Send(node, to, part);
}
