using System.Net;
using Consensus;

namespace Fabric.Node;

/// <summary>Where a node is.</summary>
/// <param name="Name">What its certificate calls it.</param>
/// <param name="EndPoints">Where it may be reached, tried in this order.</param>
public sealed record NodeAddress(NodeId Node, string Name, IReadOnlyList<EndPoint> EndPoints)
{
    public override string ToString() => $"{Node} ({Name} at {string.Join(", ", EndPoints)})";
}
