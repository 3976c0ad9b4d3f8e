namespace Scp.Protocol.Streams;

/// <summary>
/// Disjoint ranges [start, end) in order; those that touch are one. It holds at most as many as it is made for, so a
/// peer cannot make it grow.
/// </summary>
internal sealed class RangeSet
{
    private readonly int _maxRanges;
    private (long Start, long End)[] _ranges = [];

    public RangeSet(int maxRanges) => _maxRanges = maxRanges;

    public int Count { get; private set; }

    public (long Start, long End) First => _ranges[0];

    /// <summary>Adds a range; false, with nothing changed, when that would make one range too many.</summary>
    public bool TryAdd(long start, long end)
    {
        int first = FirstEndingAtOrAfter(start);
        int next = first;
        while (next < Count && _ranges[next].Start <= end)
        {
            start = Math.Min(start, _ranges[next].Start);
            end = Math.Max(end, _ranges[next].End);
            next++;
        }

        if (next == first)
        {
            if (Count == _maxRanges)
            {
                return false;
            }

            if (Count == _ranges.Length)
            {
                Array.Resize(ref _ranges, Math.Min(_maxRanges, Math.Max(4, Count * 2)));
            }
        }

        // What was touched, if anything, becomes one range at its place.
        Array.Copy(_ranges, next, _ranges, first + 1, Count - next);
        _ranges[first] = (start, end);
        Count += 1 - (next - first);
        return true;
    }

    public void RemoveFirst()
    {
        Count--;
        Array.Copy(_ranges, 1, _ranges, 0, Count);
    }

    public void Clear() => Count = 0;

    public bool Contains(long value)
    {
        int index = FirstEndingAtOrAfter(value + 1);
        return index < Count && _ranges[index].Start <= value;
    }

    /// <summary>
    /// Finds the first part of [<paramref name="from"/>, <paramref name="end"/>) that is in no range, moving
    /// <paramref name="from"/> to its start; false when there is none.
    /// </summary>
    public bool TryFindGap(ref long from, long end, out long gapEnd)
    {
        int index = FirstEndingAtOrAfter(from + 1);
        if (index < Count && _ranges[index].Start <= from)
        {
            from = _ranges[index].End;
            index++;
        }

        gapEnd = index < Count ? Math.Min(end, _ranges[index].Start) : end;
        return from < end;
    }

    private int FirstEndingAtOrAfter(long value)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_ranges[middle].End < value)
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
}
