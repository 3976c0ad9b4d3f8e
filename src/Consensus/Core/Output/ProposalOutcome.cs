namespace Consensus.Core;

/// <summary>
/// How an accepted proposal ended. Applied: it is durable on a quorum and has been applied here. Otherwise leadership was
/// lost first, and whether it will be applied is <i>unknown</i>: repeating it may run it twice.
/// </summary>
public readonly record struct ProposalOutcome(GroupId Group, long ProposalId, bool Applied, long Index, ReplicaId LeaderHint);
