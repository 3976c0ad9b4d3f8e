namespace Consensus;

/// <summary>How a proposal ended, and what the state machine answered.</summary>
/// <param name="Index">Its place in the log; zero where it has none.</param>
/// <param name="Answer">The state machine's, if applied.</param>
/// <param name="LeaderHint">Who may lead, if not this replica; nobody when that is not known.</param>
public readonly record struct ProposalResult(ProposalStatus Status, long Index, ReadOnlyMemory<byte> Answer, ReplicaId LeaderHint)
{
    public bool IsApplied => Status == ProposalStatus.Applied;
}
