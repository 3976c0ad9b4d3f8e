namespace Scp.Protocol.Session;

/// <summary>
/// Events waiting for the owner. It grows by doubling and is bounded by what causes events: message slots, calls under
/// way, streams, and a few a session.
/// </summary>
internal sealed class EventQueue
{
    private SessionEvent[] _ring = new SessionEvent[16];
    private int _head;
    private int _count;

    public int Count => _count;

    public void Add(in SessionEvent item)
    {
        if (_count == _ring.Length)
        {
            Grow();
        }

        _ring[(_head + _count++) & (_ring.Length - 1)] = item;
    }

    public bool TryTake(out SessionEvent item)
    {
        if (_count == 0)
        {
            item = default;
            return false;
        }

        item = _ring[_head];
        _ring[_head] = default;
        _head = (_head + 1) & (_ring.Length - 1);
        _count--;
        return true;
    }

    private void Grow()
    {
        var larger = new SessionEvent[_ring.Length * 2];
        for (int i = 0; i < _count; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        _ring = larger;
        _head = 0;
    }
}
