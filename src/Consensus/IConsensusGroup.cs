using Consensus.Core;

namespace Consensus;

/// <summary>
/// One replica of a group, as programs use it. Nothing here throws for what the group, its other replicas or the network
/// do: how it ended is in the answer.
/// </summary>
public interface IConsensusGroup
{
    GroupId Id { get; }

    ReplicaId Replica { get; }

    GroupStatus Status { get; }

    /// <summary>Proposes a command; ends once it is applied here, or will not be, or nobody can say.</summary>
    /// <param name="command">Not changed by anybody from here on.</param>
    ValueTask<ProposalResult> ProposeAsync(ReadOnlyMemory<byte> command);

    /// <summary>Waits until the state machine here holds everything acknowledged before the call, on any replica.</summary>
    ValueTask<ReadTicket> ReadAsync(ReadMode mode = ReadMode.ReadIndex);

    /// <summary>Whether what has been read under the ticket is an answer.</summary>
    ValueTask<bool> ConfirmAsync(ReadTicket ticket);

    /// <summary>Changes the members, through a joint configuration where voters change; ends once the last step is done.</summary>
    ValueTask<ProposalResult> ChangeMembersAsync(Configuration target);

    /// <summary>Begins to hand leadership to another voter.</summary>
    ValueTask<TransferStatus> TransferLeadershipAsync(ReplicaId to);

    /// <summary>
    /// The mark of a snapshot of the state machine as it is after an applied entry, to be kept with it. Null when the log no
    /// longer goes back so far, or not yet goes so far.
    /// </summary>
    ValueTask<SnapshotMark?> MakeMarkAsync(long index);

    /// <summary>A durable snapshot with this mark is there, and the state machine offers it: the log may begin after it.</summary>
    ValueTask<bool> CompactAsync(SnapshotMark mark);
}
