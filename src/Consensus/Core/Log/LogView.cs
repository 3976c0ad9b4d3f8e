using System.Runtime.InteropServices;

namespace Consensus.Core;

/// <summary>
/// A replica's log as the replica sees it: what the log on disk holds, and before it in rank a tail in memory of what has
/// not been written yet, or was lately. An entry is durable only once its write has been reported, and an entry that
/// replaced another does not inherit its durability.
/// </summary>
internal sealed class LogView
{
    private readonly IGroupLogReader _disk;
    private readonly EntryRing _tail = new();
    private readonly List<WriteUnderWay> _underWay = [];
    private readonly List<Entry> _scratch = [];
    private SnapshotMark _mark;
    private long _unwrittenFrom;
    private bool _markIsNew;
    private bool _resets;

    public LogView(IGroupLogReader disk)
    {
        _disk = disk;
        _mark = disk.Snapshot;
        LastIndex = disk.LastIndex;
        DurableIndex = LastIndex;
        _unwrittenFrom = LastIndex + 1;
        _tail.CutFrom(LastIndex + 1);
        LastTerm = TermAt(LastIndex);
    }

    /// <summary>Entries up to and including it are gone.</summary>
    public SnapshotMark Mark => _mark;

    public long LastIndex { get; private set; }

    public long LastTerm { get; private set; }

    /// <summary>Entries up to here are durable as they stand.</summary>
    public long DurableIndex { get; private set; }

    public int WritesUnderWay => _underWay.Count;

    public bool HasUnwritten => _unwrittenFrom <= LastIndex || _markIsNew;

    /// <summary>The term of an entry that may be gone or not yet there: then false.</summary>
    public bool TryGetTerm(long index, out long term)
    {
        term = 0;
        if (index < _mark.Index || index > LastIndex)
        {
            return false;
        }

        term = index == _mark.Index ? _mark.Term : index >= _tail.FirstIndex ? _tail[index].Term : DiskTerm(index);
        return true;
    }

    /// <summary>The term of an entry that must be there.</summary>
    public long TermAt(long index)
    {
        if (!TryGetTerm(index, out long term))
        {
            Fail.Now($"Entry {index} is not in the log, which has {_mark.Index + 1} to {LastIndex}.");
        }

        return term;
    }

    public bool Matches(long index, long term) => TryGetTerm(index, out long own) && own == term;

    public void Append(in Entry entry)
    {
        if (entry.Term < LastTerm)
        {
            Fail.Now($"An entry of term {entry.Term} is to follow one of term {LastTerm}.");
        }

        _tail.Add(entry);
        LastIndex = entry.Index;
        LastTerm = entry.Term;
    }

    /// <summary>Cuts off everything from an index on. Writes under way no longer count for what is cut.</summary>
    public void CutFrom(long index)
    {
        _tail.CutFrom(index);
        LastIndex = index - 1;
        LastTerm = TermAt(LastIndex);
        _unwrittenFrom = Math.Min(_unwrittenFrom, index);
        ForgetDurability(index - 1);
    }

    /// <summary>The log begins after the mark from now on; what follows the mark stays.</summary>
    public void Compact(in SnapshotMark mark)
    {
        if (!Matches(mark.Index, mark.Term))
        {
            Fail.Now($"The log has no entry {mark.Index} of term {mark.Term} to begin after.");
        }

        _mark = mark;
        _markIsNew = true;
        DropBefore(Math.Min(mark.Index, DurableIndex) + 1);
    }

    /// <summary>The log is empty from now on and begins after the mark.</summary>
    public void Reset(in SnapshotMark mark)
    {
        _tail.CutFrom(_tail.FirstIndex);
        _tail.CutFrom(mark.Index + 1);
        ForgetDurability(0);
        _mark = mark;
        _markIsNew = true;
        _resets = true;
        LastIndex = mark.Index;
        LastTerm = mark.Term;
        _unwrittenFrom = mark.Index + 1;
    }

    /// <summary>Everything that is not yet being written, to be written under a token.</summary>
    public (ReadOnlyMemory<Entry> Entries, SnapshotMark? Mark, bool Resets) BeginWrite(long token, EntryArena arena)
    {
        var entries = CopyTail(_unwrittenFrom, (int)(LastIndex + 1 - _unwrittenFrom), arena);
        (ReadOnlyMemory<Entry>, SnapshotMark?, bool) write = (entries, _markIsNew ? _mark : null, _resets);
        _underWay.Add(new WriteUnderWay(token, LastIndex));
        _unwrittenFrom = LastIndex + 1;
        _markIsNew = false;
        _resets = false;
        return write;
    }

    /// <summary>The writes up to a token are durable.</summary>
    public void EndWrites(long token)
    {
        int ended = 0;
        for (; ended < _underWay.Count && _underWay[ended].Token <= token; ended++)
        {
            DurableIndex = Math.Max(DurableIndex, _underWay[ended].LastIndex);
        }

        _underWay.RemoveRange(0, ended);
    }

    /// <summary>
    /// Entries from an index on, before another, at least one and no more than fit the limits beyond that. All must be there.
    /// </summary>
    public ReadOnlyMemory<Entry> Read(long fromIndex, long untilIndex, int maxBytes, int maxEntries, EntryArena arena)
    {
        untilIndex = Math.Min(untilIndex, fromIndex + maxEntries);
        if (fromIndex >= _tail.FirstIndex)
        {
            long bytes = _tail[fromIndex].Data.Length;
            long end = fromIndex + 1;
            for (; end < untilIndex && bytes + _tail[end].Data.Length <= maxBytes; end++)
            {
                bytes += _tail[end].Data.Length;
            }

            return CopyTail(fromIndex, (int)(end - fromIndex), arena);
        }

        _scratch.Clear();
        _disk.Read(fromIndex, Math.Min(untilIndex, _tail.FirstIndex), maxBytes, _scratch);
        var run = arena.Rent(_scratch.Count);
        CollectionsMarshal.AsSpan(_scratch).CopyTo(run.Span);
        _scratch.Clear();
        return run;
    }

    /// <summary>
    /// Where the unacknowledged tail begins that may be repeated before an index: as many entries as fit the bytes, none
    /// before the lower bound, and only from memory.
    /// </summary>
    public long RepeatFrom(long lowerBound, long index, int maxBytes)
    {
        long from = index;
        long bytes = 0;
        while (from > Math.Max(lowerBound, _tail.FirstIndex) && (bytes += _tail[from - 1].Data.Length) <= maxBytes)
        {
            from--;
        }

        return from;
    }

    /// <summary>Drops from memory what nobody needs there: entries up to an index, and more beyond the limit, if they are durable.</summary>
    public void Trim(long neededAfter, long maxBytes)
    {
        long durable = Math.Min(DurableIndex, _unwrittenFrom - 1);
        DropBefore(Math.Min(neededAfter, durable) + 1);
        while (_tail.Bytes > maxBytes && _tail.Count > 0 && _tail.FirstIndex <= durable)
        {
            DropBefore(_tail.FirstIndex + 1);
        }
    }

    private void DropBefore(long index) => _tail.DropBefore(index);

    private void ForgetDurability(long afterIndex)
    {
        DurableIndex = Math.Min(DurableIndex, afterIndex);
        foreach (ref var write in CollectionsMarshal.AsSpan(_underWay))
        {
            write = write with { LastIndex = Math.Min(write.LastIndex, afterIndex) };
        }
    }

    private Memory<Entry> CopyTail(long fromIndex, int count, EntryArena arena)
    {
        var run = arena.Rent(count);
        for (int at = 0; at < count; at++)
        {
            run.Span[at] = _tail[fromIndex + at];
        }

        return run;
    }

    private long DiskTerm(long index)
    {
        if (!_disk.TryGetTerm(index, out long term))
        {
            Fail.Now($"The log on disk has lost entry {index}.");
        }

        return term;
    }

    private readonly record struct WriteUnderWay(long Token, long LastIndex);
}
