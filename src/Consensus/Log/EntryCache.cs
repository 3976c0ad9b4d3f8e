namespace Consensus.Log;

/// <summary>
/// The entries written last, of all groups, in the order in which their owners were told: a ring from which the oldest go
/// when the limit is reached. Runs remember where in the ring theirs begin; a place that the ring has left behind means
/// reading from disk. Any thread may call.
/// </summary>
internal sealed class EntryCache(long limitBytes)
{
    /// <summary>Counted for each entry on top of its data: the slot, and the object that holds the data.</summary>
    public const int EntryOverheadBytes = 64;

    private readonly Lock _lock = new();
    private Entry[] _slots = new Entry[64];
    private long _tail;
    private long _head;
    private long _bytes;

    /// <summary>The place of the first of them; the others follow.</summary>
    public long Add(List<Entry> entries)
    {
        if (limitBytes == 0)
        {
            return EntryRun.NotCached;
        }

        lock (_lock)
        {
            long first = _head;
            foreach (Entry entry in entries)
            {
                if (_head - _tail == _slots.Length)
                {
                    Grow();
                }

                _slots[_head & (_slots.Length - 1)] = entry;
                _head++;
                _bytes += CostOf(entry);
                while (_bytes > limitBytes)
                {
                    DropOldest();
                }
            }

            return first;
        }
    }

    /// <summary>Copies entries from a place on; returns how many, zero when the first has gone already.</summary>
    public int Read(long from, int count, ref ReadLimit limit, List<Entry> into)
    {
        if (from == EntryRun.NotCached)
        {
            return 0;
        }

        lock (_lock)
        {
            if (from < _tail)
            {
                return 0;
            }

            for (int i = 0; i < count; i++)
            {
                ref readonly Entry entry = ref _slots[(from + i) & (_slots.Length - 1)];
                if (!limit.TryTake(entry.Data.Length))
                {
                    return i;
                }

                into.Add(entry);
            }

            return count;
        }
    }

    private static long CostOf(in Entry entry) => entry.Data.Length + EntryOverheadBytes;

    private void DropOldest()
    {
        ref Entry slot = ref _slots[_tail & (_slots.Length - 1)];
        _bytes -= CostOf(slot);
        slot = default;
        _tail++;
    }

    private void Grow()
    {
        var larger = new Entry[_slots.Length * 2];
        for (long at = _tail; at < _head; at++)
        {
            larger[at & (larger.Length - 1)] = _slots[at & (_slots.Length - 1)];
        }

        _slots = larger;
    }
}
