namespace Consensus.Core;

/// <summary>Whether a proposal was taken, at which index, and if not, whom to ask.</summary>
public readonly record struct ProposeResult(ProposeStatus Status, long Index, ReplicaId LeaderHint)
{
    public bool IsAccepted => Status == ProposeStatus.Accepted;
}
