namespace Consensus.Core;

/// <summary>
/// Entries to apply, in order and without a gap, durable here and on a quorum. Reported with
/// <see cref="RaftReplica.HandleApplied"/>. Valid until the output is cleared.
/// </summary>
public readonly record struct CommittedEntries(GroupId Group, ReadOnlyMemory<Entry> Entries);
