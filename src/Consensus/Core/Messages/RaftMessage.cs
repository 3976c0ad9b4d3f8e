namespace Consensus.Core;

/// <summary>
/// What replicas of a group say to each other. One shape serves all kinds; a field that a kind does not use is zero.
/// The network may lose, repeat, delay and reorder messages as it likes.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>PreVote, Vote</term><description>Term: the one campaigned for. Index, LogTerm: the candidate's last entry.</description></item>
/// <item><term>their replies</term><description>Granted: Term is the one asked about. Otherwise it is the voter's own.</description></item>
/// <item><term>Append</term><description>Index, LogTerm: the entry before Entries. Commit: the leader's commit index. Round: its current round.</description></item>
/// <item><term>AppendReply</term><description>Index: up to here the log matches and is durable. Round: the newest round seen. PromiseNs: no vote against this leader
/// for so long after that round's message came. Hint: the first entry held ahead of a gap, or zero.</description></item>
/// <item><term>ProbeReject</term><description>Index: the probe's. Hint, LogTerm: an entry of the follower's at or before which the logs may meet.</description></item>
/// <item><term>ReadRequest, ReadReply</term><description>Round: the follower's number for its batch. Index: the read index.</description></item>
/// <item><term>Sleep, SleepReply</term><description>Index, LogTerm: the last entry, committed.</description></item>
/// </list>
/// Entries lie in memory of whoever made the message; see <see cref="EntryArena"/>.
/// </remarks>
public readonly record struct RaftMessage
{
    public RaftMessageKind Kind { get; init; }

    public RaftMessageFlags Flags { get; init; }

    public GroupId Group { get; init; }

    public ReplicaId From { get; init; }

    public ReplicaId To { get; init; }

    public long Term { get; init; }

    public long Index { get; init; }

    public long LogTerm { get; init; }

    public long Commit { get; init; }

    public long Round { get; init; }

    public long PromiseNs { get; init; }

    public long Hint { get; init; }

    public ReadOnlyMemory<Entry> Entries { get; init; }

    public bool Has(RaftMessageFlags flag) => (Flags & flag) != 0;
}
