namespace Consensus;

/// <summary>
/// What is in a group's log as far as it has been written: read by the replica when it sends to followers that lag and when
/// it applies. Reading never waits for writing, and happens on the thread that owns the group.
/// </summary>
public interface IGroupLogReader
{
    /// <summary>The entries up to and including it are gone: they are in the snapshot.</summary>
    SnapshotMark Snapshot { get; }

    /// <summary>The last entry written; that of the snapshot when there is none.</summary>
    long LastIndex { get; }

    /// <summary>The term at an index from the snapshot's to the last; false outside.</summary>
    bool TryGetTerm(long index, out long term);

    /// <summary>
    /// Appends entries from <paramref name="fromIndex"/> up to, not including, <paramref name="untilIndex"/> to the list, at
    /// least one, and no more than fit into <paramref name="maxBytes"/> of data beyond that. Both must lie within the log.
    /// </summary>
    void Read(long fromIndex, long untilIndex, int maxBytes, List<Entry> into);
}
