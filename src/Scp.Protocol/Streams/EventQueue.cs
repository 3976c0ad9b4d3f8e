namespace Scp.Protocol.Streams;

/// <summary>Events waiting to be told: flags on the streams, so that their number bounds the queue.</summary>
internal sealed class EventQueue
{
    private readonly StreamList _waiting = new(StreamRole.Event);

    public bool IsEmpty => _waiting.First is null;

    public void Raise(StreamEntry entry, StreamEventKind kind)
    {
        entry.Events |= kind;
        if (!_waiting.Contains(entry))
        {
            _waiting.AddLast(entry);
        }
    }

    /// <summary>Events that were raised are no longer true.</summary>
    public void Withdraw(StreamEntry entry, StreamEventKind kinds)
    {
        entry.Events &= ~kinds;
        if (entry.Events == StreamEventKind.None)
        {
            _waiting.Remove(entry);
        }
    }

    public bool TryTake(out StreamEntry entry, out StreamEventKind kind)
    {
        if (_waiting.First is not { } first)
        {
            entry = null!;
            kind = StreamEventKind.None;
            return false;
        }

        int events = (int)first.Events;
        entry = first;
        kind = (StreamEventKind)(events & -events);
        Withdraw(first, kind);
        return true;
    }
}
