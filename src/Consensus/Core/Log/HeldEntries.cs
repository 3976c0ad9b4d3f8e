namespace Consensus.Core;

/// <summary>
/// Entries that arrived ahead of a gap. All are of one leader's log in one term, so the one that follows what is known to
/// match that log fits there without a further look. Bounded in entries by its size, and in bytes; what does not fit is
/// dropped and comes again.
/// </summary>
internal sealed class HeldEntries(int maxEntries, long maxBytes)
{
    private Entry[] _slots = [];
    private int _count;
    private long _bytes;

    /// <summary>The lowest index held, or zero.</summary>
    public long FirstIndex { get; private set; }

    /// <summary>Holds an entry beyond what matches so far.</summary>
    public void Hold(in Entry entry, long matchIndex)
    {
        DropUpTo(matchIndex);
        long ahead = entry.Index - matchIndex;
        if (ahead < 1 || ahead > maxEntries || _bytes + entry.Data.Length > maxBytes)
        {
            return;
        }

        if (_slots.Length == 0)
        {
            _slots = new Entry[maxEntries];
        }

        ref var slot = ref _slots[entry.Index % maxEntries];
        if (slot.Index == entry.Index)
        {
            return;
        }

        slot = entry;
        _count++;
        _bytes += entry.Data.Length;
        FirstIndex = FirstIndex == 0 ? entry.Index : Math.Min(FirstIndex, entry.Index);
    }

    /// <summary>Takes the entry at an index out, and drops those before it: they have come another way.</summary>
    public bool TryTake(long index, out Entry entry)
    {
        entry = default;
        DropUpTo(index - 1);
        if (_count == 0 || FirstIndex != index)
        {
            return false;
        }

        entry = _slots[index % maxEntries];
        Remove(index);
        return true;
    }

    public void Clear()
    {
        _slots = [];
        _count = 0;
        _bytes = 0;
        FirstIndex = 0;
    }

    private void DropUpTo(long index)
    {
        while (_count > 0 && FirstIndex <= index)
        {
            Remove(FirstIndex);
        }
    }

    private void Remove(long index)
    {
        ref var slot = ref _slots[index % maxEntries];
        _bytes -= slot.Data.Length;
        slot = default;
        if (--_count == 0)
        {
            // A gap is an exception: the room for it is not kept.
            Clear();
            return;
        }

        do
        {
            FirstIndex++;
        }
        while (_slots[FirstIndex % maxEntries].Index != FirstIndex);
    }
}
