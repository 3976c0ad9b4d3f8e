namespace Consensus.Core;

/// <summary>What a replica has become, and whom it follows.</summary>
public readonly record struct RoleChange(GroupId Group, RaftRole Role, long Term, ReplicaId Leader);
