namespace Consensus.Core;

/// <summary>What a message says. The numbers are on the wire.</summary>
public enum RaftMessageKind : byte
{
    /// <summary>Would you vote for me, if I asked? Changes nobody's term.</summary>
    PreVote = 1,
    PreVoteReply = 2,

    /// <summary>Vote for me. Sent by one whom a quorum would elect, or whom the leader has told to.</summary>
    Vote = 3,
    VoteReply = 4,

    /// <summary>Entries, the commit index, or just a sign of life.</summary>
    Append = 5,

    /// <summary>How far a follower's log matches the leader's, durably, and what it promises.</summary>
    AppendReply = 6,

    /// <summary>A follower's log does not match where the leader probed it.</summary>
    ProbeReject = 7,

    /// <summary>A follower asks up to where it must have applied to serve the reads that wait with it.</summary>
    ReadRequest = 8,
    ReadReply = 9,

    /// <summary>The leader hands over: campaign at once.</summary>
    TimeoutNow = 10,

    /// <summary>The leader proposes to sleep.</summary>
    Sleep = 11,

    /// <summary>A follower sleeps.</summary>
    SleepReply = 12,

    /// <summary>A follower that was woken wakes its leader.</summary>
    Wake = 13,
}
