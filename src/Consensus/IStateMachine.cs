namespace Consensus;

/// <summary>
/// What a group replicates. Commands reach it in the order of the log, each once, and it must make the same of them on
/// every replica: nothing but the commands may decide what it holds.
/// </summary>
public interface IStateMachine
{
    /// <summary>
    /// The last entry that it holds and will still hold after a restart of the process; what comes after is applied again
    /// then. Looked at once, when the group is opened.
    /// </summary>
    long AppliedIndex { get; }

    /// <summary>
    /// Applies entries that a quorum holds durably, and this node as well. Entries without a command come too, so that the
    /// machine can follow the index; they have no result.
    /// </summary>
    /// <param name="entries">In order and without a gap. The list is valid during the call, the data of the entries beyond it.</param>
    /// <param name="results">One for each entry: what whoever proposed it here is told.</param>
    void Apply(ReadOnlySpan<Entry> entries, Span<ReadOnlyMemory<byte>> results);

    /// <summary>
    /// The mark of the newest snapshot that it made or installed, durably; of index zero when there is none. Where the log
    /// is behind it, as after a crash between the two, the log begins anew after it.
    /// </summary>
    SnapshotMark Snapshot { get; }

    /// <summary>Opens that snapshot for a member that lags; null when there is none. It stays readable until it is disposed.</summary>
    ISnapshotSource? OpenSnapshot();

    /// <summary>
    /// Begins to take in a snapshot that comes from another member. Nothing changes before it is complete; one that is
    /// disposed without that leaves nothing behind.
    /// </summary>
    ISnapshotSink BeginInstall(in SnapshotMark mark, long lengthBytes);
}
