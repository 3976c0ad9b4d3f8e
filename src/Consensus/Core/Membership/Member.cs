namespace Consensus.Core;

/// <summary>A replica and where it lives. A replica never moves: on another node it would be another replica.</summary>
public readonly record struct Member(ReplicaId Replica, NodeId Node)
{
    public override string ToString() => $"{Replica}@{Node}";
}
