namespace Consensus.Log;

/// <summary>
/// Where the entries of one group lie, by record: sorted, never overlapping, and without gaps except while a log is being
/// read in. A group's log is kept twice, as the writer has written it and as its owner has been told; each keeps segments
/// alive in its own way.
/// </summary>
internal abstract class EntryRuns
{
    private const int FewRuns = 4;

    private EntryRun[] _runs = [];

    public int Count { get; private set; }

    public bool IsEmpty => Count == 0;

    public long FirstIndex => _runs[0].FirstIndex;

    public long LastIndex => _runs[Count - 1].LastIndex;

    public ref readonly EntryRun this[int at] => ref _runs[at];

    /// <summary>The position of the run that holds an index, or of the first one after it.</summary>
    public int Search(long index)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (int)((uint)(low + high) / 2);
            if (_runs[middle].LastIndex < index)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    public bool TryFind(long index, out int at)
    {
        at = Search(index);
        return at < Count && _runs[at].FirstIndex <= index;
    }

    /// <summary>Takes over a run that begins after the last; whoever adds it has counted it.</summary>
    public void Append(in EntryRun run) => Insert(Count, run);

    /// <summary>
    /// Puts a run where it belongs while a log is being read in: over the one with the same entries, or into a gap. False
    /// when it overlaps others in any other way, which no writer does.
    /// </summary>
    public bool TryPlace(in EntryRun run)
    {
        int at = Search(run.FirstIndex);
        if (at == Count || run.LastIndex < _runs[at].FirstIndex)
        {
            Insert(at, run);
            return true;
        }

        if (_runs[at].FirstIndex != run.FirstIndex || _runs[at].Count != run.Count || _runs[at].Term != run.Term)
        {
            return false;
        }

        Release(_runs[at]);
        _runs[at] = run;
        return true;
    }

    public void CutFrom(long index)
    {
        int at = Search(index);
        int keep = at;
        if (at < Count && _runs[at].FirstIndex < index)
        {
            Shrink(ref _runs[at], _runs[at].Until(index));
            keep = at + 1;
        }

        RemoveRange(keep, Count);
    }

    public void DropThrough(long index)
    {
        int at = Search(index + 1);
        if (at < Count && _runs[at].FirstIndex <= index)
        {
            Shrink(ref _runs[at], _runs[at].From(index + 1));
        }

        RemoveRange(0, at);
    }

    public void Clear() => RemoveRange(0, Count);

    /// <summary>
    /// The record of a run was copied: what is held of it is held of the copy from now on. False when more of it is held than
    /// was copied, or nothing.
    /// </summary>
    public bool TryMove(in EntryRun from, in EntryRun to)
    {
        for (int at = Search(from.FirstIndex); at < Count && _runs[at].FirstIndex <= from.LastIndex; at++)
        {
            ref EntryRun run = ref _runs[at];
            if (!run.IsSameRecord(from))
            {
                continue;
            }

            if (run.FirstIndex < from.FirstIndex || run.LastIndex > from.LastIndex)
            {
                return false;
            }

            EntryRun moved = run with { Segment = to.Segment, Offset = to.Offset, Length = to.Length, LiveBytes = to.LiveBytes };
            Hold(moved);
            Release(run);
            run = moved;
            return true;
        }

        return false;
    }

    protected abstract void Hold(in EntryRun run);

    protected abstract void Release(in EntryRun run);

    protected abstract void Shrunk(in EntryRun before, in EntryRun after);

    private void Shrink(ref EntryRun run, in EntryRun after)
    {
        Shrunk(run, after);
        run = after;
    }

    private void Insert(int at, in EntryRun run)
    {
        if (Count == _runs.Length)
        {
            Array.Resize(ref _runs, Count == 0 ? 1 : Count * 2);
        }

        Array.Copy(_runs, at, _runs, at + 1, Count - at);
        _runs[at] = run;
        Count++;
    }

    private void RemoveRange(int from, int to)
    {
        if (from == to)
        {
            return;
        }

        for (int i = from; i < to; i++)
        {
            Release(_runs[i]);
        }

        Array.Copy(_runs, to, _runs, from, Count - to);
        int left = Count - (to - from);
        Array.Clear(_runs, left, Count - left);
        Count = left;

        // Thousands of groups fall idle after they were busy: they must not keep what they needed then.
        if (_runs.Length > FewRuns && left < _runs.Length / 4)
        {
            Array.Resize(ref _runs, left * 2);
        }
    }
}
