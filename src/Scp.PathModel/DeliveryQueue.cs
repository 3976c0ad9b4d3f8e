using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Scp.PathModel;

/// <summary>
/// What is under way, by time of arrival; what arrives at the same time comes out in the order in which it went in.
/// A binary heap of small keys over a pool of items, so that sorting never moves an item; memory grows to the peak and is
/// reused. Bounded: a full queue refuses. Owned by one thread.
/// </summary>
public sealed class DeliveryQueue<T>
{
    private const int FirstCapacity = 64;

    private readonly int _maxCount;
    private Key[] _heap;
    private T[] _items;
    private int[] _freeSlots;
    private int _count;
    private long _nextSequence;

    public DeliveryQueue(int maxCount = PathLimits.DefaultInFlight)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxCount);
        _maxCount = maxCount;
        _heap = [];
        _items = [];
        _freeSlots = [];
    }

    public int Count => _count;

    /// <summary>When the first item is due; <see cref="long.MaxValue"/> when there is none.</summary>
    public long NextAtNs => _count == 0 ? long.MaxValue : _heap[0].AtNs;

    /// <summary>False when the queue is full; the item is then the caller's to drop and count.</summary>
    public bool TryEnqueue(long deliverAtNs, T item)
    {
        if (_count == _heap.Length && !TryGrow())
        {
            return false;
        }

        int slot = _freeSlots[_count];
        _items[slot] = item;
        SiftUp(_count++, new Key(deliverAtNs, _nextSequence++, slot));
        return true;
    }

    public bool TryDequeueDue(long nowNs, [MaybeNullWhen(false)] out T item)
    {
        if (_count == 0 || _heap[0].AtNs > nowNs)
        {
            item = default;
            return false;
        }

        int slot = _heap[0].Slot;
        item = _items[slot];
        Release(slot);
        _count--;
        if (_count > 0)
        {
            SiftDown(_heap[_count]);
        }

        _freeSlots[_count] = slot;
        return true;
    }

    /// <summary>Loses all that is under way and keeps the memory.</summary>
    public void Clear()
    {
        for (int i = 0; i < _count; i++)
        {
            Release(_heap[i].Slot);
        }

        _count = 0;
        FillFreeSlots(0);
    }

    private void SiftUp(int hole, Key key)
    {
        Key[] heap = _heap;
        while (hole > 0)
        {
            int parent = (hole - 1) >> 1;
            if (!key.IsBefore(heap[parent]))
            {
                break;
            }

            heap[hole] = heap[parent];
            hole = parent;
        }

        heap[hole] = key;
    }

    private void SiftDown(Key key)
    {
        Key[] heap = _heap;
        int count = _count;
        int hole = 0;
        for (int child = 1; child < count; child = (hole << 1) + 1)
        {
            if (child + 1 < count && heap[child + 1].IsBefore(heap[child]))
            {
                child++;
            }

            if (!heap[child].IsBefore(key))
            {
                break;
            }

            heap[hole] = heap[child];
            hole = child;
        }

        heap[hole] = key;
    }

    private void Release(int slot)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            _items[slot] = default!;
        }
    }

    private bool TryGrow()
    {
        int used = _heap.Length;
        if (used >= _maxCount)
        {
            return false;
        }

        int capacity = (int)Math.Min(_maxCount, Math.Max(FirstCapacity, 2L * used));
        Array.Resize(ref _heap, capacity);
        Array.Resize(ref _items, capacity);
        Array.Resize(ref _freeSlots, capacity);
        FillFreeSlots(used);
        return true;
    }

    // The free slots lie at and above the count, the heap's keys below it: together they are always every slot once.
    private void FillFreeSlots(int from)
    {
        for (int i = from; i < _freeSlots.Length; i++)
        {
            _freeSlots[i] = i;
        }
    }

    private readonly record struct Key(long AtNs, long Sequence, int Slot)
    {
        public bool IsBefore(in Key other) =>
            AtNs < other.AtNs || (AtNs == other.AtNs && Sequence < other.Sequence);
    }
}
