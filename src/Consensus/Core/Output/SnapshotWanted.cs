namespace Consensus.Core;

/// <summary>
/// A follower needs entries that are gone: it is to be sent a snapshot taken at <paramref name="Index"/> or later. Nothing
/// else is replicated to it until <see cref="RaftReplica.HandleSnapshotSent"/>.
/// </summary>
public readonly record struct SnapshotWanted(GroupId Group, ReplicaId To, long Term, long Index);
