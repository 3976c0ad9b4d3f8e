using Scp.Protocol.Recovery;
using Scp.Protocol.Session;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Messages;

/// <summary>
/// Messages this side sends. Owns them from acceptance to outcome: queues parts by priority, gives slots, notes what
/// each packet carried, and reports exactly one outcome for every request and reliable one-way.
/// </summary>
internal sealed class OutgoingMessages
{
    private readonly PayloadPool _pool;
    private readonly EventQueue _events;
    private readonly SendQueue _ready = new();
    private readonly SendQueue _waitingForSlot = new();
    private readonly OutgoingSlots _slots = new();
    private readonly DeadlineHeap _deadlines = new();
    private readonly Stack<OutgoingMessage> _free = new();
    private readonly Queue<MessageId> _cancelled = new();
    private int _queuedBytes;
    private int _queuedBulkBytes;
    private int _alive;

    public OutgoingMessages(PayloadPool pool, EventQueue events)
    {
        _pool = pool;
        _events = events;
    }

    /// <summary>Set when a message too large for the datagram lane has a slot and wants a stream.</summary>
    public Action<OutgoingMessage>? BulkReady { get; set; }

    /// <summary>Set to be told that such a message is no longer wanted, or done.</summary>
    public Action<OutgoingMessage>? BulkReleased { get; set; }

    /// <summary>Set to be told when a reply needs nothing more.</summary>
    public Action<OutgoingMessage>? ReplySettled { get; set; }

    public OutgoingSlots Slots => _slots;

    public long NextDeadlineNs => _deadlines.EarliestNs;

    /// <summary>The time of the input being handled: a deadline travels as the time left.</summary>
    public long NowNs { get; set; }

    public bool HasPending => _ready.Count > 0;

    public bool HasCancelled => _cancelled.Count > 0;

    public int Alive => _alive;

    public SendStatus TrySend(MessageKind kind, ReadOnlySpan<byte> payload, in MessageOptions options, out OutgoingMessage? message)
    {
        message = null;
        if (payload.Length > ScpLimits.MaxMessageBytes)
        {
            return SendStatus.TooLarge;
        }

        if (_alive >= ScpLimits.MaxQueuedMessages || !HasRoomFor(payload.Length))
        {
            return SendStatus.Busy;
        }

        message = Create(kind, payload);
        message.Head.Priority = options.Priority;
        message.Head.Topic = options.Topic;
        message.Head.HasTrace = options.Trace.HasValue;
        message.Head.Trace = options.Trace.GetValueOrDefault();
        message.IsUrgent = options.IsUrgent;
        message.Head.IsUrgent = options.IsUrgent;
        message.Context = options.Context;
        if (options.DeadlineNs > 0)
        {
            message.DeadlineNs = options.DeadlineNs;
            _deadlines.Add(message);
        }

        _waitingForSlot.Append(message);
        ServeWaiting();
        return SendStatus.Accepted;
    }

    /// <summary>A reply answers in the slot of its request, so it never waits for one.</summary>
    public OutgoingMessage SendReply(MessageId id, ReplyStatus status, ErrorCode code, Priority priority, bool isUrgent, ReadOnlySpan<byte> payload)
    {
        OutgoingMessage reply = Create(MessageKind.Reply, payload);
        reply.Id = id;
        reply.Head.Priority = priority;
        reply.IsUrgent = isUrgent;
        reply.Head.Status = status;
        reply.Head.Code = code;
        if (reply.IsBulk)
        {
            BulkReady?.Invoke(reply);
        }
        else
        {
            Queue(reply, reply.AllParts);
        }

        return reply;
    }

    /// <summary>Puts as many waiting parts into the packet as fit, in order of priority; returns how many.</summary>
    public int Fill(ref WireWriter writer, SentPackets packets, long nowNs, ref PacketContents contents)
    {
        int parts = 0;
        for (int priority = 0; priority <= (int)Priority.Bulk; priority++)
        {
            while (_ready.Peek(priority) is { } message)
            {
                if (!TryFillFrom(message, ref writer, packets, nowNs, ref contents, ref parts))
                {
                    // What does not fit any more ends the packet: nothing of a lower priority may overtake it.
                    return parts;
                }

                _ready.RemoveFirst(priority);
            }
        }

        return parts;
    }

    /// <summary>The most urgent priority that has something waiting; null when nothing has.</summary>
    public Priority? NextPriority()
    {
        for (int priority = 0; priority <= (int)Priority.Bulk; priority++)
        {
            while (_ready.Peek(priority) is { } message)
            {
                if (message.PendingParts != 0)
                {
                    return (Priority)priority;
                }

                _ready.RemoveFirst(priority);
            }
        }

        return null;
    }

    public void WritePart(ref WireWriter writer, OutgoingMessage message, int part, SentPackets packets, long nowNs)
    {
        MessageFrame.Write(ref writer, message.Kind, message.Id, part, message.Parts, message.HeadAt(nowNs), message.PartPayload(part));
        message.OnPartSent(part, nowNs);
        packets.AddItem(SentItem.ForPart(message, part));
    }

    /// <summary>Sends a part again if its message still wants that; used for losses, probes and copies.</summary>
    public void Requeue(OutgoingMessage message, int part)
    {
        byte bit = (byte)(1 << part);
        if (message.IsReleased || message.IsBulk || (message.SettledParts & bit) != 0)
        {
            return;
        }

        message.PendingParts |= bit;
        if (!message.IsQueued)
        {
            _ready.Prepend(message);
        }
    }

    public void OnAcked(in SentItem item)
    {
        if (item.OpenMessage is not { } message)
        {
            return;
        }

        message.OnCopyGone(item.Part);
        SettlePart(message, item.Part);
    }

    public void OnLost(in SentItem item)
    {
        if (item.OpenMessage is not { } message)
        {
            return;
        }

        message.OnCopyGone(item.Part);
        if (message.Kind == MessageKind.OneWay)
        {
            if (!message.IsInFlight(item.Part))
            {
                SettlePart(message, item.Part);
            }
        }
        else if (!message.IsInFlight(item.Part))
        {
            Requeue(message, item.Part);
        }
    }

    /// <summary>Its packet waits too long: another copy goes out, and the first still counts as under way.</summary>
    public void OnProbed(in SentItem item)
    {
        if (item.OpenMessage is { Kind: not MessageKind.OneWay } message)
        {
            Requeue(message, item.Part);
        }
    }

    /// <summary>A withdrawal was lost: tells the peer again, unless the slot has moved on, which says as much.</summary>
    public void RepeatCancel(MessageId id)
    {
        if (_slots.IsLatest(id) && _cancelled.Count < ScpLimits.MaxSlots)
        {
            _cancelled.Enqueue(id);
        }
    }

    /// <summary>A reply, or a part of it. None when all is well, else why the session must close.</summary>
    public ErrorCode HandleReply(in MessageFrame frame, out bool isRepeat)
    {
        isRepeat = false;
        if (_slots.Find(frame.Id) is not { Kind: MessageKind.Request } message)
        {
            isRepeat = true;

            // A repeated reply is normal; one to a request never made is not.
            return _slots.WasUsed(frame.Id) ? ErrorCode.None : ErrorCode.ProtocolViolation;
        }

        if (frame is { Parts: 1, Head.Status: ReplyStatus.Unknown } && message.Reply.Parts > 1)
        {
            // The peer had to forget the reply of which some parts have come already.
            message.Reply.Clear(_pool);
        }

        if (!message.Reply.TryAdd(_pool, frame.Part, frame.Parts, frame.Head, frame.Payload))
        {
            return ErrorCode.ProtocolViolation;
        }

        if (message.Reply.IsComplete)
        {
            MessageHead head = message.Reply.Head;
            int length = message.Reply.Length;
            CompleteWithReply(message, head, message.Reply.Detach(), length);
        }

        return ErrorCode.None;
    }

    /// <summary>A whole reply that came by bulk lane; takes the buffer.</summary>
    public void CompleteWithReply(OutgoingMessage message, in MessageHead head, byte[] buffer, int length)
    {
        CallOutcome outcome = head.Status switch
        {
            ReplyStatus.NotRun => CallOutcome.NotRun,
            ReplyStatus.Unknown => CallOutcome.Unknown,
            _ => CallOutcome.Replied,
        };
        _events.Add(new SessionEvent
        {
            Kind = SessionEventKind.Completed,
            Context = message.Context,
            Outcome = outcome,
            Status = head.Status,
            Code = head.Code,
            Id = message.Id,
            Buffer = buffer,
            Length = length,
        });
        Release(message);
    }

    /// <summary>Ends a message early: not run if it never left, else unknown, and the peer is told.</summary>
    public void Abandon(OutgoingMessage message, ErrorCode code)
    {
        // A reliable one-way too: its receiver would keep the parts it has until the slot is used again.
        bool tellPeer = message is { Kind: not MessageKind.OneWay, WasSent: true } && _cancelled.Count < ScpLimits.MaxSlots;
        if (tellPeer)
        {
            _cancelled.Enqueue(message.Id);
        }

        Complete(message, message.WasSent ? CallOutcome.Unknown : CallOutcome.NotRun, code);
    }

    public bool TryTakeCancelled(out MessageId id) => _cancelled.TryDequeue(out id);

    public void ExpireDeadlines(long nowNs)
    {
        while (_deadlines.TakeExpired(nowNs) is { } message)
        {
            Abandon(message, ErrorCode.DeadlineExceeded);
        }
    }

    /// <summary>
    /// The session has ended: every open message gets its outcome. What waits for a slot goes first, or it would be given
    /// those that the others leave and begin to be sent.
    /// </summary>
    public void FailAll(ErrorCode code)
    {
        for (int priority = 0; priority <= (int)Priority.Bulk; priority++)
        {
            while (_waitingForSlot.Peek(priority) is { } message)
            {
                Complete(message, CallOutcome.NotRun, code);
            }
        }

        while (_slots.FirstInUse() is { } message)
        {
            Complete(message, message.WasSent ? CallOutcome.Unknown : CallOutcome.NotRun, code);
        }

        _cancelled.Clear();
    }

    public void GrantSlots(int slots)
    {
        _slots.Grant(slots);
        ServeWaiting();
    }

    /// <summary>A reliable one-way that went by stream has arrived whole.</summary>
    public void OnBulkSent(OutgoingMessage message)
    {
        if (message.Kind is MessageKind.ReliableOneWay or MessageKind.OneWay)
        {
            Complete(message, CallOutcome.Delivered, ErrorCode.None);
        }
        else if (message.Kind == MessageKind.Reply)
        {
            ReplySettled?.Invoke(message);
        }
    }

    /// <summary>Frees a message whose outcome has been reported, or that has none.</summary>
    public void Release(OutgoingMessage message)
    {
        _deadlines.Remove(message);
        message.IsReleased = true;
        message.PendingParts = 0;
        if (message.IsStreaming)
        {
            BulkReleased?.Invoke(message);
        }

        _alive--;
        QueuedBytes(message.IsBulk) -= message.Length;
        message.Reply.Clear(_pool);
        _pool.Return(message.Payload);
        message.Payload = [];
        bool hadSlot = message.HasSlot;
        if (hadSlot)
        {
            _slots.Free(message);
        }

        message.Queue?.Remove(message);
        if (_free.Count < ScpLimits.DefaultSlots)
        {
            _free.Push(message);
        }

        if (hadSlot)
        {
            ServeWaiting();
        }
    }

    private OutgoingMessage Create(MessageKind kind, ReadOnlySpan<byte> payload)
    {
        OutgoingMessage message = _free.TryPop(out OutgoingMessage? pooled) ? pooled : new OutgoingMessage();
        message.Reset(kind);
        message.Payload = _pool.Rent(payload.Length);
        payload.CopyTo(message.Payload);
        message.Length = payload.Length;
        message.IsBulk = IsBulk(payload.Length);
        message.Parts = message.IsBulk ? 1 : Math.Max(1, (payload.Length + ScpLimits.PartBytes - 1) / ScpLimits.PartBytes);
        QueuedBytes(message.IsBulk) += payload.Length;
        _alive++;
        return message;
    }

    private static bool IsBulk(int bytes) => bytes > ScpLimits.MaxParts * ScpLimits.PartBytes;

    /// <summary>
    /// Large messages are counted apart, or a single one would keep small calls out until its reply has come. One alone
    /// may be as large as a message gets.
    /// </summary>
    private bool HasRoomFor(int bytes)
    {
        int queued = QueuedBytes(IsBulk(bytes));
        return queued == 0 || queued + bytes <= ScpLimits.MaxQueuedMessageBytes;
    }

    private ref int QueuedBytes(bool isBulk) => ref isBulk ? ref _queuedBulkBytes : ref _queuedBytes;

    private bool TryFillFrom(OutgoingMessage message, ref WireWriter writer, SentPackets packets, long nowNs, ref PacketContents contents, ref int parts)
    {
        while (message.PendingParts != 0)
        {
            int part = System.Numerics.BitOperations.TrailingZeroCount(message.PendingParts);
            // The deadline is written afresh each time, so its size is taken at its largest.
            int size = MessageFrame.SizeOf(message.Kind, message.Id, part, message.Parts, message.Head, message.PartPayload(part).Length)
                + (message.DeadlineNs > 0 ? VarInt.MaxSize : 0);
            if (size > writer.Remaining)
            {
                return false;
            }

            contents.Note(message, part);
            message.PendingParts &= (byte)~(1 << part);
            WritePart(ref writer, message, part, packets, nowNs);
            parts++;
        }

        return true;
    }

    private void SettlePart(OutgoingMessage message, int part)
    {
        byte bit = (byte)(1 << part);
        message.SettledParts |= bit;
        message.PendingParts &= (byte)~bit;
        if (!message.IsSettled)
        {
            return;
        }

        switch (message.Kind)
        {
            case MessageKind.ReliableOneWay:
                Complete(message, CallOutcome.Delivered, ErrorCode.None);
                break;
            case MessageKind.OneWay:
                Release(message);
                break;
            case MessageKind.Reply:
                ReplySettled?.Invoke(message);
                break;
            case MessageKind.Request:
            default:
                // An acknowledged request waits for its reply.
                break;
        }
    }

    private void Complete(OutgoingMessage message, CallOutcome outcome, ErrorCode code)
    {
        if (message.Kind is MessageKind.Request or MessageKind.ReliableOneWay)
        {
            _events.Add(new SessionEvent
            {
                Kind = SessionEventKind.Completed,
                Context = message.Context,
                Outcome = outcome,
                Code = code,
                Id = message.Id,
            });
        }

        Release(message);
    }

    private void GiveSlot(OutgoingMessage message)
    {
        _slots.Take(message);
        if (message.IsBulk)
        {
            BulkReady?.Invoke(message);
        }
        else
        {
            Queue(message, message.AllParts);
        }
    }

    private void Queue(OutgoingMessage message, byte parts)
    {
        message.PendingParts |= parts;
        if (!message.IsQueued)
        {
            _ready.Append(message);
        }
    }

    private void ServeWaiting()
    {
        for (int priority = 0; priority <= (int)Priority.Bulk; priority++)
        {
            while (_slots.HasFreeFor((Priority)priority) && _waitingForSlot.Peek(priority) is { } message)
            {
                _waitingForSlot.RemoveFirst(priority);
                GiveSlot(message);
            }
        }
    }
}
