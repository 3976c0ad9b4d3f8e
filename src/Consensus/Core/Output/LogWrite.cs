namespace Consensus.Core;

/// <summary>
/// What a replica wants on disk. Writes of a group are made in the order of their tokens, and each is reported with
/// <see cref="RaftReplica.HandleWritten"/> once it and all before it are durable. Whatever leaves the replica afterwards
/// may rest on it; nothing that rests on it leaves before.
/// </summary>
/// <param name="Token">One more than that of the write before.</param>
/// <param name="State">Replaces the hard state on disk.</param>
/// <param name="Entries">They replace everything in the log from the first of them on. Valid until the output is cleared.</param>
/// <param name="Mark">If there is one, the log begins after it from now on.</param>
/// <param name="Resets">With the mark: everything else that was in the log before this write goes too.</param>
public readonly record struct LogWrite(
    GroupId Group, long Token, HardState State, ReadOnlyMemory<Entry> Entries, SnapshotMark? Mark, bool Resets);
