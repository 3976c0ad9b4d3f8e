using Scp.Protocol.Messages;
using Scp.Protocol.Streams;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Session;

/// <summary>
/// Messages too large for the datagram lane, each on a stream of its own.
/// <code>
/// type u8         0x20 | kind, as in a message frame
/// slot varint
/// sequence varint
/// head            see MessageHead
/// length varint   more than a datagram message holds, at most ScpLimits.MaxMessageBytes
/// payload         then the stream ends
/// </code>
/// A receiver without room for the whole leaves the bytes in the stream, where credit holds the sender back.
/// </summary>
internal sealed class BulkMessages
{
    /// <summary>No head is longer, so this many bytes are enough to read one.</summary>
    private const int MaxHeadBytes = 80;

    private const int LargestDatagramMessage = ScpLimits.MaxParts * ScpLimits.PartBytes;

    private const int Priorities = 4;

    /// <summary>
    /// Bytes of messages under way at once for each priority, or one message of any size. All priorities together stay
    /// within half of the session window: messages that wait for the receiver's memory keep the window they have used,
    /// and would starve those that have memory if they could use all of it.
    /// </summary>
    private const int MaxUnderWayBytes = ScpLimits.SessionWindowBytes / 2 / Priorities;

    private readonly StreamTable _streams;
    private readonly OutgoingMessages _outgoing;
    private readonly IncomingMessages _incoming;
    private readonly PayloadPool _pool;
    private readonly Dictionary<StreamId, Outbound> _sending = [];
    private readonly Dictionary<StreamId, Inbound> _receiving = [];
    private readonly Queue<MessageHandle>[] _waitingToStart = [new(), new(), new(), new()];
    private readonly long[] _underWayBytes = new long[Priorities];
    private readonly Queue<StreamId> _waitingForRoom = new();
    private bool _mayStart;

    public BulkMessages(StreamTable streams, OutgoingMessages outgoing, IncomingMessages incoming, PayloadPool pool)
    {
        _streams = streams;
        _outgoing = outgoing;
        _incoming = incoming;
        _pool = pool;
        outgoing.BulkReady = Start;
        outgoing.BulkReleased = OnReleased;
    }

    /// <summary>Some message found its priority busy, every stream taken, or no memory: worth another look after events.</summary>
    public bool HasWaiting => _mayStart || _waitingForRoom.Count > 0;

    /// <summary>Takes an event of a message stream; an error closes the session.</summary>
    public ErrorCode Handle(in StreamEvent item, long nowNs)
    {
        switch (item.Kind)
        {
            case StreamEventKind.Opened:
                _receiving[item.Stream] = new Inbound();
                return ErrorCode.None;
            case StreamEventKind.Readable:
                return Receive(item.Stream, nowNs);
            case StreamEventKind.Finished:
                return OnFinished(item.Stream);
            case StreamEventKind.ResetByPeer:
                Forget(item.Stream);
                return ErrorCode.None;
            case StreamEventKind.Writable:
                if (_sending.TryGetValue(item.Stream, out Outbound? outbound))
                {
                    Write(item.Stream, outbound);
                }

                return ErrorCode.None;
            case StreamEventKind.StoppedByPeer or StreamEventKind.SendCompleted:
                OnSent(item.Stream);
                return ErrorCode.None;
            default:
                return ErrorCode.None;
        }
    }

    /// <summary>Tries again what waited for its turn, for a stream or for memory.</summary>
    public ErrorCode ServeWaiting(long nowNs)
    {
        if (_mayStart)
        {
            StartWaiting();
        }

        for (int i = _waitingForRoom.Count; i > 0; i--)
        {
            StreamId id = _waitingForRoom.Dequeue();
            if (_receiving.TryGetValue(id, out Inbound? inbound))
            {
                inbound.IsWaiting = false;
            }

            ErrorCode code = Receive(id, nowNs);
            if (code != ErrorCode.None)
            {
                return code;
            }
        }

        return ErrorCode.None;
    }

    public void Clear()
    {
        foreach (Inbound inbound in _receiving.Values)
        {
            Drop(inbound);
        }

        _receiving.Clear();
        _sending.Clear();
        Array.ForEach(_waitingToStart, waiting => waiting.Clear());
        Array.Clear(_underWayBytes);
        _waitingForRoom.Clear();
        _mayStart = false;
    }

    private void Start(OutgoingMessage message)
    {
        Queue<MessageHandle> waiting = _waitingToStart[(int)message.Head.Priority];
        if (waiting.Count > 0 || !TryStart(message))
        {
            waiting.Enqueue(new MessageHandle(message));
        }
    }

    private bool TryStart(OutgoingMessage message)
    {
        ref long underWayBytes = ref _underWayBytes[(int)message.Head.Priority];
        if (underWayBytes > 0 && underWayBytes + message.Length > MaxUnderWayBytes)
        {
            return false;
        }

        if (!_streams.TryOpen(isMessage: true, message.Head.Priority, out StreamId id))
        {
            // Nobody tells when a stream is free again.
            _mayStart = true;
            return false;
        }

        underWayBytes += message.Length;
        message.Stream = id;
        message.IsStreaming = true;
        var outbound = new Outbound(message, _outgoing.NowNs);
        _sending[id] = outbound;
        Write(id, outbound);
        return true;
    }

    private void StartWaiting()
    {
        _mayStart = false;
        foreach (Queue<MessageHandle> waiting in _waitingToStart)
        {
            while (waiting.TryPeek(out MessageHandle handle) && (!handle.IsOpen || TryStart(handle.Message!)))
            {
                _ = waiting.Dequeue();
            }
        }
    }

    /// <summary>A message needs its stream no more, for whatever reason.</summary>
    private bool TryEnd(StreamId id, out OutgoingMessage message)
    {
        if (!_sending.Remove(id, out Outbound? outbound))
        {
            message = null!;
            return false;
        }

        message = outbound.Message;
        message.IsStreaming = false;
        _underWayBytes[(int)outbound.Priority] -= outbound.Length;
        _mayStart |= _waitingToStart[(int)outbound.Priority].Count > 0;
        return true;
    }

    private void Write(StreamId id, Outbound outbound)
    {
        OutgoingMessage message = outbound.Message;
        while (outbound.HeadWritten < outbound.Head.Length)
        {
            int taken = _streams.Write(id, outbound.Head.AsSpan(outbound.HeadWritten));
            if (taken == 0)
            {
                return;
            }

            outbound.HeadWritten += taken;
        }

        while (message.BulkBytesWritten < message.Length)
        {
            int taken = _streams.Write(id, message.Payload.AsSpan(message.BulkBytesWritten, message.Length - message.BulkBytesWritten));
            if (taken == 0)
            {
                return;
            }

            message.BulkBytesWritten += taken;
        }

        _ = _streams.Finish(id);
    }

    private void OnSent(StreamId id)
    {
        if (TryEnd(id, out OutgoingMessage message))
        {
            _outgoing.OnBulkSent(message);
            if (_mayStart)
            {
                StartWaiting();
            }
        }
    }

    private void OnReleased(OutgoingMessage message)
    {
        if (message.IsStreaming && TryEnd(message.Stream, out _))
        {
            _ = _streams.Reset(message.Stream, ErrorCode.Cancelled);
        }
    }

    private ErrorCode Receive(StreamId id, long nowNs)
    {
        if (!_receiving.TryGetValue(id, out Inbound? inbound))
        {
            return ErrorCode.None;
        }

        if (inbound.IsDelivered)
        {
            return _streams.Peek(id).IsEmpty ? ErrorCode.None : ErrorCode.ProtocolViolation;
        }

        if (!inbound.HasHead)
        {
            ErrorCode code = ReadHead(id, inbound, nowNs);
            if (code != ErrorCode.None || !inbound.HasHead)
            {
                return code;
            }
        }

        if (inbound.Buffer is null && !TryMakeRoom(id, inbound))
        {
            return ErrorCode.None;
        }

        return ReadPayload(id, inbound, nowNs);
    }

    private ErrorCode ReadHead(StreamId id, Inbound inbound, long nowNs)
    {
        ReadOnlySpan<byte> bytes = _streams.Peek(id);
        if (bytes.Length < MaxHeadBytes)
        {
            return ErrorCode.None;
        }

        var reader = new WireReader(bytes[..MaxHeadBytes]);
        byte type = reader.ReadByte();
        ulong slot = reader.ReadVarInt();
        ulong sequence = reader.ReadVarInt();
        inbound.Kind = (MessageKind)(type & 3);
        if ((type & ~3) != (byte)FrameType.Message || slot >= ScpLimits.MaxSlots || sequence == 0
            || !MessageHead.TryRead(ref reader, inbound.Kind, out inbound.Head))
        {
            return ErrorCode.Malformed;
        }

        ulong length = reader.ReadVarInt();
        if (reader.Failed || length <= LargestDatagramMessage)
        {
            return ErrorCode.Malformed;
        }

        if (length > ScpLimits.MaxMessageBytes)
        {
            return ErrorCode.LimitExceeded;
        }

        inbound.Id = new MessageId((ushort)slot, sequence);
        inbound.Length = (int)length;
        inbound.HasHead = true;
        _streams.Advance(id, MaxHeadBytes - reader.Remaining, nowNs);
        return ErrorCode.None;
    }

    private bool TryMakeRoom(StreamId id, Inbound inbound)
    {
        bool isWanted = inbound.Kind == MessageKind.Reply ? _outgoing.Slots.Find(inbound.Id) is not null : _incoming.IsNew(inbound.Id);
        if (!isWanted)
        {
            _ = _receiving.Remove(id);
            _ = _streams.Stop(id, ErrorCode.Cancelled);
            return false;
        }

        if (!_incoming.TryReserve(PayloadPool.SizeFor(inbound.Length)))
        {
            if (!inbound.IsWaiting)
            {
                inbound.IsWaiting = true;
                _waitingForRoom.Enqueue(id);
            }

            return false;
        }

        inbound.Buffer = _pool.Rent(inbound.Length);
        return true;
    }

    private ErrorCode ReadPayload(StreamId id, Inbound inbound, long nowNs)
    {
        while (true)
        {
            ReadOnlySpan<byte> bytes = _streams.Peek(id);
            if (bytes.IsEmpty)
            {
                return ErrorCode.None;
            }

            if (bytes.Length > inbound.Length - inbound.Filled)
            {
                return ErrorCode.ProtocolViolation;
            }

            bytes.CopyTo(inbound.Buffer.AsSpan(inbound.Filled));
            inbound.Filled += bytes.Length;
            _streams.Advance(id, bytes.Length, nowNs);
            if (inbound.Filled == inbound.Length)
            {
                byte[] payload = inbound.Buffer!;
                inbound.Buffer = null;
                inbound.IsDelivered = true;
                return Deliver(inbound, payload, nowNs);
            }
        }
    }

    private ErrorCode Deliver(Inbound inbound, byte[] buffer, long nowNs)
    {
        if (inbound.Kind != MessageKind.Reply)
        {
            return _incoming.HandleWhole(inbound.Kind, inbound.Id, inbound.Head, buffer, inbound.Length, nowNs);
        }

        _incoming.Unreserve(buffer.Length);
        if (_outgoing.Slots.Find(inbound.Id) is { Kind: MessageKind.Request } message)
        {
            _outgoing.CompleteWithReply(message, inbound.Head, buffer, inbound.Length);
            return ErrorCode.None;
        }

        _pool.Return(buffer);
        return ErrorCode.None;
    }

    /// <summary>The end of a stream whose message was not complete: the peer promised more than it sent.</summary>
    private ErrorCode OnFinished(StreamId id)
    {
        bool isShort = _receiving.TryGetValue(id, out Inbound? inbound) && !inbound.IsDelivered;
        Forget(id);
        return isShort ? ErrorCode.ProtocolViolation : ErrorCode.None;
    }

    private void Forget(StreamId id)
    {
        if (_receiving.Remove(id, out Inbound? inbound))
        {
            Drop(inbound);
        }
    }

    private void Drop(Inbound inbound)
    {
        if (inbound.Buffer is { } buffer)
        {
            _incoming.Unreserve(buffer.Length);
            _pool.Return(buffer);
        }
    }

    private sealed class Outbound
    {
        public Outbound(OutgoingMessage message, long nowNs)
        {
            Message = message;
            Length = message.Length;
            Priority = message.Head.Priority;
            var writer = new WireWriter(stackalloc byte[MaxHeadBytes]);
            writer.WriteByte((byte)((byte)FrameType.Message | (byte)message.Kind));
            writer.WriteVarInt(message.Id.Slot);
            writer.WriteVarInt(message.Id.Sequence);
            message.HeadAt(nowNs).Write(ref writer, message.Kind);
            writer.WriteVarInt((ulong)message.Length);
            Head = writer.WrittenSpan.ToArray();
        }

        public OutgoingMessage Message { get; }

        /// <summary>Of the message, which may have been recycled since.</summary>
        public int Length { get; }

        public Priority Priority { get; }

        public byte[] Head { get; }

        public int HeadWritten { get; set; }
    }

    private sealed class Inbound
    {
        public MessageHead Head;

        public bool HasHead { get; set; }

        public MessageKind Kind { get; set; }

        public MessageId Id { get; set; }

        public int Length { get; set; }

        public byte[]? Buffer { get; set; }

        public int Filled { get; set; }

        /// <summary>In the queue of those that wait for memory.</summary>
        public bool IsWaiting { get; set; }

        /// <summary>The message is whole and on its way up; only the end of the stream may follow.</summary>
        public bool IsDelivered { get; set; }
    }
}
