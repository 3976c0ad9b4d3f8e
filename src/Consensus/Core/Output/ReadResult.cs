namespace Consensus.Core;

/// <summary>
/// How a requested read stands. If <paramref name="Ready"/>, the state machine may be read now. A lease read is an answer
/// only if <see cref="RaftReplica.ConfirmLeaseRead"/> says yes <i>after</i> the state has been read, since the process may have stood
/// still in between.
/// </summary>
/// <param name="Index">What has been applied at least.</param>
/// <param name="Term">Of the lease; to be handed back for confirmation.</param>
/// <param name="LeaderHint">Whom to ask, where the read is not ready because this replica cannot serve it.</param>
public readonly record struct ReadResult(GroupId Group, long ReadId, bool Ready, ReadMode Mode, long Index, long Term, ReplicaId LeaderHint);
