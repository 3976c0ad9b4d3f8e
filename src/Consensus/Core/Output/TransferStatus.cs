namespace Consensus.Core;

public enum TransferStatus
{
    /// <summary>Whether it succeeds shows in <see cref="RaftOutput.RoleChanges"/>.</summary>
    Started,

    AlreadyLeader,

    NotLeader,

    /// <summary>Only a voter can lead.</summary>
    NotVoter,

    /// <summary>Another transfer is not yet over.</summary>
    UnderWay,
}
