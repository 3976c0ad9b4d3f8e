namespace Consensus.Core;

/// <summary>Which replica of which group, and how it behaves.</summary>
public sealed record RaftSetup(GroupId Group, ReplicaId Replica, RaftOptions Options);
