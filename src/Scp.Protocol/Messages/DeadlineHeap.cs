namespace Scp.Protocol.Messages;

/// <summary>
/// Messages by deadline, earliest first. Each message knows its place, so that one whose outcome is known leaves at
/// once: a call that takes a millisecond must not be remembered until its deadline half a minute later.
/// </summary>
internal sealed class DeadlineHeap
{
    private OutgoingMessage[] _heap = new OutgoingMessage[16];
    private int _count;

    public long EarliestNs => _count == 0 ? long.MaxValue : _heap[0].DeadlineNs;

    public void Add(OutgoingMessage message)
    {
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _count * 2);
        }

        Place(message, _count++);
        Rise(message.DeadlineIndex);
    }

    public void Remove(OutgoingMessage message)
    {
        int index = message.DeadlineIndex;
        if (index < 0)
        {
            return;
        }

        message.DeadlineIndex = -1;
        OutgoingMessage last = _heap[--_count];
        _heap[_count] = null!;
        if (index == _count)
        {
            return;
        }

        Place(last, index);
        Sink(index);
        Rise(last.DeadlineIndex);
    }

    public OutgoingMessage? TakeExpired(long nowNs)
    {
        if (_count == 0 || _heap[0].DeadlineNs > nowNs)
        {
            return null;
        }

        OutgoingMessage message = _heap[0];
        Remove(message);
        return message;
    }

    private void Place(OutgoingMessage message, int index)
    {
        _heap[index] = message;
        message.DeadlineIndex = index;
    }

    private void Rise(int index)
    {
        OutgoingMessage message = _heap[index];
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (_heap[parent].DeadlineNs <= message.DeadlineNs)
            {
                break;
            }

            Place(_heap[parent], index);
            index = parent;
        }

        Place(message, index);
    }

    private void Sink(int index)
    {
        OutgoingMessage message = _heap[index];
        while (true)
        {
            int child = (2 * index) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && _heap[child + 1].DeadlineNs < _heap[child].DeadlineNs)
            {
                child++;
            }

            if (message.DeadlineNs <= _heap[child].DeadlineNs)
            {
                break;
            }

            Place(_heap[child], index);
            index = child;
        }

        Place(message, index);
    }
}
