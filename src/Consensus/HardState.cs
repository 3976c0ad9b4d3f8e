namespace Consensus;

/// <summary>
/// What a replica must not forget: the newest term it knows and whom it voted for in it. A vote or an acknowledgement
/// leaves only after this is durable. The commit index is remembered to spare work after a restart; losing it loses nothing.
/// </summary>
public readonly record struct HardState(long Term, ReplicaId VotedFor, long CommitIndex);
