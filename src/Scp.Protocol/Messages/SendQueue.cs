namespace Scp.Protocol.Messages;

/// <summary>
/// Messages with parts waiting for a packet, one list for each priority, in order within one. What must be sent again
/// goes to the front: its reader has waited longest. A message leaves in constant time when it is withdrawn: a queue that
/// does not move, because the peer grants nothing, holds no more than what still waits.
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
        message.Queue = this;
        message.Next = null;
        message.Previous = _tail[priority];
        if (message.Previous is { } previous)
        {
            previous.Next = message;
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
        message.Queue = this;
        message.Previous = null;
        message.Next = _head[priority];
        if (message.Next is { } next)
        {
            next.Previous = message;
        }
        else
        {
            _tail[priority] = message;
        }

        _head[priority] = message;
        Count++;
    }

    public OutgoingMessage? Peek(int priority) => _head[priority];

    public void RemoveFirst(int priority) => Remove(_head[priority]!);

    /// <summary>Takes out a message that is in this queue.</summary>
    public void Remove(OutgoingMessage message)
    {
        int priority = (int)message.Head.Priority;
        if (message.Previous is { } previous)
        {
            previous.Next = message.Next;
        }
        else
        {
            _head[priority] = message.Next;
        }

        if (message.Next is { } next)
        {
            next.Previous = message.Previous;
        }
        else
        {
            _tail[priority] = message.Previous;
        }

        message.Next = null;
        message.Previous = null;
        message.Queue = null;
        Count--;
    }
}
