using Consensus;
using Fabric.Node;

namespace LoadGen.Raft;

/// <summary>One node of a cluster.</summary>
internal sealed record RaftServerOptions(NodeId Id, NodeDirectory Nodes, string Data, int Groups)
{
    /// <summary>Null for plain mode.</summary>
    public string? Keys { get; init; }

    public int Workers { get; init; } = 1;
}
