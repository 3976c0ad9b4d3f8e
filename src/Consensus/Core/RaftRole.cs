namespace Consensus.Core;

public enum RaftRole
{
    /// <summary>Follows a leader, or waits for one.</summary>
    Follower,

    /// <summary>Asks whether it would be elected.</summary>
    PreCandidate,

    /// <summary>Asks to be elected.</summary>
    Candidate,

    Leader,
}
