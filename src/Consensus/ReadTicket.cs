using Consensus.Core;

namespace Consensus;

/// <summary>
/// The permission to read a state machine. One of a lease counts only if <see cref="IConsensusGroup.ConfirmAsync"/> says so
/// after the reading; any other is good as it is.
/// </summary>
/// <param name="Index">What the state machine holds at least.</param>
/// <param name="Term">Of the lease, if it is one.</param>
public readonly record struct ReadTicket(ReadStatus Status, ReadMode Mode, long Index, long Term, ReplicaId LeaderHint);
