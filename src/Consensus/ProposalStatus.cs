namespace Consensus;

/// <summary>How a proposal ended.</summary>
public enum ProposalStatus
{
    /// <summary>A quorum holds it durably, and the state machine here has applied it.</summary>
    Applied,

    /// <summary>This replica does not lead. The command has certainly not been taken.</summary>
    NotLeader,

    /// <summary>Leadership was lost after the command was taken, or the node stopped: it may be applied yet, or never.</summary>
    Unknown,

    /// <summary>Too much waits already. The command has certainly not been taken.</summary>
    Overloaded,

    /// <summary>More bytes than a command may have. It has certainly not been taken.</summary>
    TooLarge,

    /// <summary>The node's disk is full: it takes no commands, and answers reads. The command has certainly not been taken.</summary>
    DiskFull,

    /// <summary>Of a change of members: another is not yet settled, or it cannot follow the members there are.</summary>
    Refused,

    /// <summary>The group is not open here (any longer). The command has certainly not been taken.</summary>
    Closed,
}
