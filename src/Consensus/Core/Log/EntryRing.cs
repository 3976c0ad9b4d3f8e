namespace Consensus.Core;

/// <summary>A queue of entries with consecutive indices, from which the newest can be cut off too. Grows by doubling.</summary>
internal sealed class EntryRing
{
    private const int FirstCapacity = 8;

    /// <summary>What an empty ring keeps, so that an idle group costs little and a busy one does not allocate each time.</summary>
    private const int KeptCapacity = 64;

    private Entry[] _slots = [];
    private int _first;

    /// <summary>The index that the first entry has, or would have.</summary>
    public long FirstIndex { get; private set; } = 1;

    public int Count { get; private set; }

    /// <summary>Data of all entries.</summary>
    public long Bytes { get; private set; }

    public long EndIndex => FirstIndex + Count;

    public ref readonly Entry this[long index] => ref _slots[SlotOf(index)];

    public void Add(in Entry entry)
    {
        if (entry.Index != EndIndex)
        {
            Fail.Now($"Entry {entry.Index} is to follow {EndIndex - 1}.");
        }

        if (Count == _slots.Length)
        {
            Grow();
        }

        _slots[(_first + Count) & (_slots.Length - 1)] = entry;
        Count++;
        Bytes += entry.Data.Length;
    }

    /// <summary>Drops the oldest entries, those before an index.</summary>
    public void DropBefore(long index)
    {
        while (Count > 0 && FirstIndex < index)
        {
            Bytes -= _slots[_first].Data.Length;
            _slots[_first] = default;
            _first = (_first + 1) & (_slots.Length - 1);
            FirstIndex++;
            Count--;
        }

        ShrinkIfEmpty();
    }

    /// <summary>Drops the newest entries, those from an index on; the next to come has this index.</summary>
    public void CutFrom(long index)
    {
        while (Count > 0 && EndIndex > index)
        {
            ref var last = ref _slots[SlotOf(EndIndex - 1)];
            Bytes -= last.Data.Length;
            last = default;
            Count--;
        }

        if (Count == 0)
        {
            FirstIndex = index;
            ShrinkIfEmpty();
        }
    }

    private int SlotOf(long index)
    {
        long at = index - FirstIndex;
        if ((ulong)at >= (ulong)Count)
        {
            Fail.Now($"Entry {index} is not among {FirstIndex} to {EndIndex - 1}.");
        }

        return (_first + (int)at) & (_slots.Length - 1);
    }

    private void Grow()
    {
        var larger = new Entry[Math.Max(FirstCapacity, 2 * _slots.Length)];
        for (int at = 0; at < Count; at++)
        {
            larger[at] = _slots[(_first + at) & (_slots.Length - 1)];
        }

        _slots = larger;
        _first = 0;
    }

    private void ShrinkIfEmpty()
    {
        if (Count == 0)
        {
            _first = 0;
            if (_slots.Length > KeptCapacity)
            {
                _slots = [];
            }
        }
    }
}
