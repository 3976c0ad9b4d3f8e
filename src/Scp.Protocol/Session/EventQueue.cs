namespace Scp.Protocol.Session;

/// <summary>
/// Events waiting for the owner. It grows by doubling and is bounded by what causes events: message slots, calls under
/// way, streams, and a few a session; one-way messages by the bytes that may be held.
/// <para>
/// An owner with its hands full of one-way messages may leave those and take what else there is: its own calls must not
/// wait behind them, since the handlers of messages may wait for those.
/// </para>
/// </summary>
internal sealed class EventQueue
{
    private readonly Ring _ring = new();
    private readonly Ring _left = new();

    public int Count => _ring.Count + _left.Count;

    public void Add(in SessionEvent item) => _ring.Add(item);

    public bool TryTake(out SessionEvent item) => TryTake(takesMessages: true, out item);

    /// <summary>The oldest; without messages, those that are older wait for a call that takes them.</summary>
    public bool TryTake(bool takesMessages, out SessionEvent item)
    {
        if (takesMessages && _left.TryTake(out item))
        {
            return true;
        }

        while (_ring.TryTake(out item))
        {
            if (takesMessages || item.Kind != SessionEventKind.Message)
            {
                return true;
            }

            _left.Add(item);
        }

        return false;
    }

    private sealed class Ring
    {
        private SessionEvent[] _items = new SessionEvent[16];
        private int _head;

        public int Count { get; private set; }

        public void Add(in SessionEvent item)
        {
            if (Count == _items.Length)
            {
                Grow();
            }

            _items[(_head + Count++) & (_items.Length - 1)] = item;
        }

        public bool TryTake(out SessionEvent item)
        {
            if (Count == 0)
            {
                item = default;
                return false;
            }

            item = _items[_head];
            _items[_head] = default;
            _head = (_head + 1) & (_items.Length - 1);
            Count--;
            return true;
        }

        private void Grow()
        {
            var larger = new SessionEvent[_items.Length * 2];
            for (int i = 0; i < Count; i++)
            {
                larger[i] = _items[(_head + i) & (_items.Length - 1)];
            }

            _items = larger;
            _head = 0;
        }
    }
}
