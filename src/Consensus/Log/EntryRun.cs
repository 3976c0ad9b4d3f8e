namespace Consensus.Log;

/// <summary>
/// Consecutive entries of one term that lie in one record, or what is left of them: the record itself is not changed when
/// a snapshot or an overwriting entry takes some away.
/// </summary>
internal readonly record struct EntryRun(
    LogSegment Segment, int Offset, int Length, long FirstIndex, int Count, long Term, int LiveBytes, long CachedAt)
{
    /// <summary>No place in the cache.</summary>
    public const long NotCached = -1;

    public long LastIndex => FirstIndex + Count - 1;

    /// <summary>The record by its own: how far it is live is of no account here.</summary>
    public bool IsSameRecord(in EntryRun other) => Segment == other.Segment && Offset == other.Offset;

    /// <summary>Without the entries before an index within it.</summary>
    public EntryRun From(long index)
    {
        int gone = (int)(index - FirstIndex);
        return this with
        {
            FirstIndex = index,
            Count = Count - gone,
            LiveBytes = ShareOf(Count - gone),
            CachedAt = CachedAt == NotCached ? NotCached : CachedAt + gone,
        };
    }

    /// <summary>Without the entries from an index within it on.</summary>
    public EntryRun Until(long index)
    {
        int left = (int)(index - FirstIndex);
        return this with { Count = left, LiveBytes = ShareOf(left) };
    }

    /// <summary>What is live of a record's bytes is an estimate: entries count alike.</summary>
    private int ShareOf(int count) => (int)((long)LiveBytes * count / Count);
}
