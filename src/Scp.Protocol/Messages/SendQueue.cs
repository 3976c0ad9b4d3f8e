namespace Scp.Protocol.Messages;

/// <summary>
/// Messages with parts waiting for a packet, one list for each priority, in order within one. What must be sent again
/// goes to the front: its reader has waited longest. A message whose state changed is dropped when it is met, so
/// removal costs nothing.
/// </summary>
internal sealed class SendQueue
{
    private const int Priorities = 4;

    private readonly OutgoingMessage?[] _head = new OutgoingMessage?[Priorities];
    private readonly OutgoingMessage?[] _tail = new OutgoingMessage?[Priorities];

    public int Count { get; private set; }

    public void Append(OutgoingMessage message)
    {
        int priority = (int)message.Head.Priority;
        message.IsQueued = true;
        message.Next = null;
        if (_tail[priority] is { } tail)
        {
            tail.Next = message;
        }
        else
        {
            _head[priority] = message;
        }

        _tail[priority] = message;
        Count++;
    }

    public void Prepend(OutgoingMessage message)
    {
        int priority = (int)message.Head.Priority;
        message.IsQueued = true;
        message.Next = _head[priority];
        _head[priority] = message;
        _tail[priority] ??= message;
        Count++;
    }

    public OutgoingMessage? Peek(int priority) => _head[priority];

    public void RemoveFirst(int priority)
    {
        OutgoingMessage first = _head[priority]!;
        _head[priority] = first.Next;
        if (first.Next is null)
        {
            _tail[priority] = null;
        }

        first.Next = null;
        first.IsQueued = false;
        Count--;
    }
}
