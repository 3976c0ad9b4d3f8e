namespace Consensus.Core;

public enum ProposeStatus
{
    /// <summary>In the log; a <see cref="ProposalOutcome"/> follows.</summary>
    Accepted,

    /// <summary>This replica does not lead; the hint, if any, is who does.</summary>
    NotLeader,

    /// <summary>Leadership is on its way to the replica in the hint.</summary>
    Transferring,

    /// <summary>Too much waits to be committed or applied (<see cref="RaftOptions.MaxUncommittedBytes"/>, <see cref="RaftOptions.MaxPendingProposals"/>).</summary>
    Overloaded,

    /// <summary>More data than an entry may have (<see cref="RaftOptions.MaxEntryBytes"/>).</summary>
    TooLarge,

    /// <summary>Of a configuration: the one before is not yet settled.</summary>
    ChangeUnderWay,

    /// <summary>Of a configuration: it cannot follow the one in force.</summary>
    Invalid,
}
