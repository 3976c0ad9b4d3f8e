namespace Fabric.Node;

/// <summary>What nodes say to each other over SCP. Topics below 16 are theirs.</summary>
public static class NodeTopics
{
    /// <summary>The first request in a session that a node opened to another: <see cref="Introduction"/>.</summary>
    public const uint Introduction = 1;

    /// <summary>A batch from one node's consensus host to another's, one-way.</summary>
    public const uint Consensus = 2;
}
