using Scp.Protocol.Session;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Messages;

/// <summary>
/// Messages the peer sends: assembles parts, drops duplicates, delivers each message once, keeps replies until the peer
/// has them. A repeated request is answered from the kept reply and never runs again; when the reply had to be
/// forgotten for want of memory, it is answered <see cref="ReplyStatus.Unknown"/>.
/// </summary>
internal sealed class IncomingMessages
{
    /// <summary>A year: whatever is later is no deadline anybody waits for.</summary>
    private const long MaxDeadlineUs = 365L * 24 * 3600 * 1_000_000;

    private readonly PayloadPool _pool;
    private readonly EventQueue _events;
    private readonly OutgoingMessages _outgoing;
    private IncomingSlot?[] _slots = new IncomingSlot?[16];
    private readonly IncomingSlotList _answered = new();
    private readonly IncomingSlotList _partialOneWays = new();
    private int _heldBytes;
    private int _reservedBytes;
    private int _replyBytes;

    public IncomingMessages(PayloadPool pool, EventQueue events, OutgoingMessages outgoing)
    {
        _pool = pool;
        _events = events;
        _outgoing = outgoing;
        outgoing.ReplySettled = OnReplySettled;
    }

    /// <summary>Slots the peer may use.</summary>
    public int Granted { get; private set; }

    /// <summary>Bytes of parts, of large messages under way, and of messages the application has not taken yet.</summary>
    public int HeldBytes => _heldBytes + _reservedBytes;

    /// <summary>Bytes of replies not yet acknowledged.</summary>
    public int ReplyBytes => _replyBytes;

    /// <summary>Replies that the peer is not known to have.</summary>
    public int RepliesUnderWay { get; private set; }

    /// <summary>Message frames that said nothing new.</summary>
    public long Repeats { get; private set; }

    /// <summary>Replies given up for want of memory.</summary>
    public long RepliesForgotten { get; private set; }

    public void Grant(int slots) => Granted = Math.Clamp(slots, Granted, ScpLimits.MaxSlots);

    /// <summary>
    /// Takes one message frame. <see cref="ErrorCode.Overloaded"/> means that there is no room: the packet must count as
    /// not received, so that it comes again. Any other error closes the session.
    /// </summary>
    public ErrorCode Handle(in MessageFrame frame, long nowNs)
    {
        if (frame.Kind == MessageKind.Reply)
        {
            ErrorCode code = _outgoing.HandleReply(frame, out bool isRepeat);
            Repeats += isRepeat ? 1 : 0;
            return code;
        }

        if (frame.Id.Slot >= Granted)
        {
            return ErrorCode.CreditExceeded;
        }

        IncomingSlot slot = SlotOf(frame.Id.Slot);
        if (frame.Id.Sequence < slot.Sequence)
        {
            Repeats++;
            return ErrorCode.None;
        }

        if (frame.Id.Sequence == slot.Sequence && slot.State != IncomingState.Assembling)
        {
            Repeats++;
            RepeatReply(slot, nowNs);
            return ErrorCode.None;
        }

        if (frame.Id.Sequence > slot.Sequence)
        {
            if (slot.State == IncomingState.Assembling)
            {
                // The peer has moved on: what the slot holds goes, whether there is room for the next message or not.
                Settle(slot);
            }

            if (!TryMakeRoom(Reassembly.BytesFor(frame.Parts, frame.Payload.Length)))
            {
                return ErrorCode.Overloaded;
            }

            Begin(slot, frame.Id.Sequence, frame.Kind);
        }

        return AddPart(slot, frame, nowNs);
    }

    /// <summary>False for a message that was seen before, or whose slot was never granted.</summary>
    public bool IsNew(MessageId id) => id.Slot < Granted && id.Sequence > SlotOf(id.Slot).Sequence;

    /// <summary>
    /// Counts a buffer for a large message under way; one alone may be as large as a message gets. These have a count of
    /// their own: in that of small messages, one large message would keep all of them out for as long as it takes.
    /// </summary>
    public bool TryReserve(int bytes)
    {
        // More is held than small messages may: large ones that are whole wait to be taken.
        if (_heldBytes > ScpLimits.MaxIncomingMessageBytes
            || (_reservedBytes > 0 && _reservedBytes + bytes > ScpLimits.MaxIncomingMessageBytes))
        {
            return false;
        }

        _reservedBytes += bytes;
        return true;
    }

    public void Unreserve(int bytes) => _reservedBytes -= bytes;

    /// <summary>A whole message that came by bulk lane in a reserved buffer, which it takes.</summary>
    public ErrorCode HandleWhole(MessageKind kind, MessageId id, in MessageHead head, byte[] buffer, int length, long nowNs)
    {
        Unreserve(buffer.Length);
        if (!IsNew(id))
        {
            _pool.Return(buffer);
            return id.Slot >= Granted ? ErrorCode.CreditExceeded : ErrorCode.None;
        }

        // It counts among the small ones only until the application takes it, which is with the event that follows.
        _heldBytes += buffer.Length;
        IncomingSlot slot = SlotOf(id.Slot);
        Begin(slot, id.Sequence, kind);
        slot.DeadlineNs = DeadlineOf(head, nowNs);
        Deliver(slot, head, buffer, length, nowNs);
        return ErrorCode.None;
    }

    /// <summary>The application answers a request.</summary>
    public SendStatus Reply(MessageId id, ReplyStatus status, ErrorCode code, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > ScpLimits.MaxMessageBytes)
        {
            return SendStatus.TooLarge;
        }

        if (id.Slot >= _slots.Length || _slots[id.Slot] is not { State: IncomingState.Running } slot || slot.Sequence != id.Sequence)
        {
            return SendStatus.NotExpected;
        }

        Answer(slot, status, code, payload);
        return SendStatus.Accepted;
    }

    /// <summary>The caller withdrew a request: it will not run if it has not begun, and whoever runs it is told.</summary>
    public ErrorCode HandleCancel(MessageId id)
    {
        if (id.Slot >= Granted)
        {
            return ErrorCode.CreditExceeded;
        }

        IncomingSlot slot = SlotOf(id.Slot);
        if (id.Sequence > slot.Sequence)
        {
            // The withdrawal overtook the request.
            Begin(slot, id.Sequence, MessageKind.Request);
            Settle(slot);
        }
        else if (id.Sequence == slot.Sequence)
        {
            Withdraw(slot);
        }

        return ErrorCode.None;
    }

    /// <summary>
    /// Decides, when the application takes a request, whether it may still run: one that was withdrawn while it waited is
    /// dropped, one whose deadline passed is answered as not run.
    /// </summary>
    public bool MayRun(in SessionEvent request, long nowNs)
    {
        if (_slots[request.Id.Slot] is not { State: IncomingState.Waiting } slot || slot.Sequence != request.Id.Sequence)
        {
            return false;
        }

        if (request.DeadlineNs != 0 && request.DeadlineNs <= nowNs)
        {
            Answer(slot, ReplyStatus.NotRun, ErrorCode.DeadlineExceeded, default);
            return false;
        }

        slot.State = IncomingState.Running;
        return true;
    }

    /// <summary>A delivered payload has been read.</summary>
    public void ReturnPayload(byte[] buffer, bool wasIncoming)
    {
        _heldBytes -= wasIncoming ? buffer.Length : 0;
        _pool.Return(buffer);
    }

    /// <summary>The session has ended: nothing is remembered.</summary>
    public void Clear()
    {
        foreach (IncomingSlot? slot in _slots)
        {
            if (slot is not null)
            {
                Settle(slot);
            }
        }
    }

    private IncomingSlot SlotOf(ushort number)
    {
        if (number >= _slots.Length)
        {
            int length = _slots.Length;
            while (length <= number)
            {
                length *= 2;
            }

            Array.Resize(ref _slots, length);
        }

        return _slots[number] ??= new IncomingSlot { Number = number };
    }

    /// <summary>
    /// True if so many bytes more may be held. One-ways that wait for parts give way, oldest first: such a part may be lost
    /// for good, and then nothing else would ever free what came before it.
    /// </summary>
    private bool TryMakeRoom(int bytes)
    {
        while (_heldBytes + bytes > ScpLimits.MaxIncomingMessageBytes)
        {
            if (_partialOneWays.Oldest is not { } oldest)
            {
                return false;
            }

            Settle(oldest);
        }

        return true;
    }

    private void Begin(IncomingSlot slot, ulong sequence, MessageKind kind)
    {
        Withdraw(slot);
        Settle(slot);
        slot.Sequence = sequence;
        slot.IsWithdrawn = false;
        slot.Kind = kind;
        slot.State = IncomingState.Assembling;
        slot.DeadlineNs = 0;
    }

    private ErrorCode AddPart(IncomingSlot slot, in MessageFrame frame, long nowNs)
    {
        bool begins = !slot.Parts.HasBegun;
        if (slot.Kind != frame.Kind || !slot.Parts.TryAdd(_pool, frame.Part, frame.Parts, frame.Head, frame.Payload))
        {
            return ErrorCode.ProtocolViolation;
        }

        if (begins)
        {
            _heldBytes += slot.Parts.Buffer!.Length;
            if (slot.Kind == MessageKind.OneWay)
            {
                _partialOneWays.Add(slot);
            }
        }

        if (frame.Part == 0 && slot.DeadlineNs == 0)
        {
            slot.DeadlineNs = DeadlineOf(frame.Head, nowNs);
        }

        if (slot.Parts.IsComplete)
        {
            _partialOneWays.Remove(slot);
            MessageHead head = slot.Parts.Head;
            int length = slot.Parts.Length;
            Deliver(slot, head, slot.Parts.Detach(), length, nowNs);
        }

        return ErrorCode.None;
    }

    /// <summary>By this side's clock; what travels is the time left, so clocks need not agree.</summary>
    private static long DeadlineOf(in MessageHead head, long nowNs) =>
        head.DeadlineUs == 0 ? 0 : nowNs + (Math.Min(head.DeadlineUs, MaxDeadlineUs) * 1000);

    private void Deliver(IncomingSlot slot, in MessageHead head, byte[] buffer, int length, long nowNs)
    {
        bool isRequest = slot.Kind == MessageKind.Request;
        slot.State = isRequest ? IncomingState.Waiting : IncomingState.Done;
        slot.Priority = head.Priority;
        slot.IsUrgent = head.IsUrgent;
        if (isRequest && slot.DeadlineNs != 0 && slot.DeadlineNs <= nowNs)
        {
            ReturnPayload(buffer, wasIncoming: true);
            Answer(slot, ReplyStatus.NotRun, ErrorCode.DeadlineExceeded, default);
            return;
        }

        _events.Add(new SessionEvent
        {
            Kind = isRequest ? SessionEventKind.Request : SessionEventKind.Message,
            Id = new MessageId(slot.Number, slot.Sequence),
            Topic = head.Topic,
            Priority = head.Priority,
            DeadlineNs = slot.DeadlineNs,
            Trace = head.HasTrace ? head.Trace : null,
            Buffer = buffer,
            Length = length,
        });
    }

    private void Answer(IncomingSlot slot, ReplyStatus status, ErrorCode code, ReadOnlySpan<byte> payload)
    {
        slot.State = IncomingState.Answered;
        slot.Reply = _outgoing.SendReply(new MessageId(slot.Number, slot.Sequence), status, code, slot.Priority, slot.IsUrgent, payload);
        RepliesUnderWay++;
        _replyBytes += KeptBytes(slot.Reply);
        if (!payload.IsEmpty)
        {
            // To forget a reply without bytes would free nothing, and make "not run" into "unknown".
            _answered.Add(slot);
        }

        while (_replyBytes > ScpLimits.MaxReplyCacheBytes && _answered.Oldest is { } oldest && oldest != slot)
        {
            ForgetReply(oldest);
        }
    }

    /// <summary>Gives up a kept reply for its memory. Whoever still waits for it learns that the outcome is unknown.</summary>
    private void ForgetReply(IncomingSlot slot)
    {
        RepliesForgotten++;
        DropReply(slot);
        slot.Reply = _outgoing.SendReply(new MessageId(slot.Number, slot.Sequence), ReplyStatus.Unknown, ErrorCode.Overloaded, slot.Priority, slot.IsUrgent, default);
        RepliesUnderWay++;
    }

    private void RepeatReply(IncomingSlot slot, long nowNs)
    {
        // The repeat may only have crossed the reply; what is in flight needs nothing.
        if (slot.Reply is { IsBulk: false } reply && reply.LastSentNs < nowNs)
        {
            for (int part = 0; part < reply.Parts; part++)
            {
                if (!reply.IsInFlight(part))
                {
                    _outgoing.Requeue(reply, part);
                }
            }
        }
    }

    private void OnReplySettled(OutgoingMessage reply)
    {
        if (_slots[reply.Id.Slot] is { } slot && slot.Reply == reply)
        {
            Settle(slot);
        }
        else
        {
            _outgoing.Release(reply);
        }
    }

    /// <summary>Frees whatever the slot holds; only its sequence is remembered.</summary>
    private void Settle(IncomingSlot slot)
    {
        if (slot.Parts.Buffer is { } buffer)
        {
            _partialOneWays.Remove(slot);
            _heldBytes -= buffer.Length;
            slot.Parts.Clear(_pool);
        }

        if (slot.Reply is not null)
        {
            DropReply(slot);
        }

        slot.State = IncomingState.Done;
    }

    private void DropReply(IncomingSlot slot)
    {
        OutgoingMessage reply = slot.Reply!;
        _replyBytes -= KeptBytes(reply);
        RepliesUnderWay--;
        slot.Reply = null;
        _answered.Remove(slot);
        _outgoing.Release(reply);
    }

    /// <summary>A reply that goes by stream is held by the stream's credit and window, not by the cache.</summary>
    private static int KeptBytes(OutgoingMessage reply) => reply.IsBulk ? 0 : reply.Length;

    /// <summary>The caller wants no reply any more. Whoever runs the request is told once; what nobody has taken is dropped.</summary>
    private void Withdraw(IncomingSlot slot)
    {
        if (slot.State is IncomingState.Assembling or IncomingState.Waiting)
        {
            Settle(slot);
        }
        else if (slot is { State: IncomingState.Running, IsWithdrawn: false })
        {
            slot.IsWithdrawn = true;
            _events.Add(new SessionEvent { Kind = SessionEventKind.Cancelled, Id = new MessageId(slot.Number, slot.Sequence) });
        }
    }
}
