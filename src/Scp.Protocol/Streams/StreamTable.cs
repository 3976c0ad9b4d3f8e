using System.Runtime.CompilerServices;
using Scp.Protocol.Lanes;

namespace Scp.Protocol.Streams;

/// <summary>
/// All streams of one session: what is to be sent on bulk lanes, what has arrived there, and the control frames about
/// both that travel on the datagram lane. Pure: bytes, frames and times come in as arguments; chunks, frames and events
/// are taken out. One thread owns it.
/// <para>
/// Each turn the owner hands in what arrived, takes all events, and only then builds chunks and control frames. Whatever
/// it takes with <see cref="TryTakeControl"/> it reports back, once, as acknowledged or lost. What a peer sends never
/// throws: any code but None is a violation for which the session is to be closed, and leaves the table whole.
/// </para>
/// </summary>
internal sealed partial class StreamTable
{
    private readonly StreamTableOptions _options;
    private readonly StreamDirectory _streams;
    private readonly EventQueue _events = new();
    private readonly ControlQueue _control;
    private readonly ChunkScheduler _scheduler;
    private readonly SendRoom _room;
    private readonly SessionCredit _credit;
    private readonly ChunkIntake _intake;

    public StreamTable(StreamTableOptions options)
    {
        _options = options;
        _streams = new StreamDirectory(options);
        _credit = new SessionCredit(options.SessionWindowBytes);
        _control = new ControlQueue(_credit, options.MaxPeerStreams);
        _scheduler = new ChunkScheduler(options.PeerSessionWindowBytes, options.Codec);
        _room = new SendRoom(options.SendBufferBytes, _events);
        _intake = new ChunkIntake(Pool, options.Codec);
    }

    /// <summary>The round trip as measured now; the windows of fast readers grow by it.</summary>
    public long RttNs { get; set; } = ScpLimits.InitialRttNs;

    public BufferPool Pool { get; } = new();

    public int OpenStreams => _streams.Count;

    /// <summary>Bytes written and not yet acknowledged, over all streams.</summary>
    public long BufferedBytes => _room.BufferedBytes;

    /// <summary>The most urgent priority with a chunk to build; null when there is none.</summary>
    public Priority? NextPriority => _scheduler.NextPriority;

    public bool HasControl => !_control.IsEmpty;

    /// <summary>Opens a stream of this side; false while as many are open as may be.</summary>
    public bool TryOpen(bool isMessage, Priority priority, out StreamId id)
    {
        if (!_streams.TryTakeLocalId(isMessage, out id))
        {
            return false;
        }

        StreamEntry entry = Create(id, priority, isLocal: true);
        _scheduler.Refresh(entry);
        return true;
    }

    /// <summary>
    /// Takes as many bytes as there is room for, and returns how many that was. After a short write an event says when
    /// there is room again. Nothing is taken on a stream that is finished, reset or gone.
    /// </summary>
    public int Write(StreamId id, ReadOnlySpan<byte> data)
    {
        if (_streams.Get(id) is not { Send: { IsWritable: true } send } entry)
        {
            return 0;
        }

        int accepted = (int)Math.Min(data.Length, Math.Min(send.RoomBytes, _room.AvailableTo(entry.Priority)));
        if (accepted > 0)
        {
            send.Write(data[..accepted]);
            _room.Take(accepted);
            _scheduler.Refresh(entry);
        }

        if (accepted < data.Length)
        {
            send.WantsRoom = true;
            _room.Tell(entry);
        }

        return accepted;
    }

    /// <summary>What was written is all; false when the stream is finished, reset or gone already.</summary>
    public bool Finish(StreamId id)
    {
        if (_streams.Get(id) is not { Send: { } send } entry || !send.TryFinish())
        {
            return false;
        }

        _scheduler.Refresh(entry);
        return true;
    }

    /// <summary>Gives a stream up: bytes that the peer has not acknowledged may never reach its reader.</summary>
    public bool Reset(StreamId id, ErrorCode code) => _streams.Get(id) is { Send: { } send } entry && Reset(entry, send, code);

    /// <summary>Builds one chunk, as a whole lane frame, and returns its bytes; 0 when there is none to send.</summary>
    public int BuildChunk(int lane, Span<byte> destination) => _scheduler.Build(lane, destination);

    /// <summary>A lane has ended: what it may have swallowed is sent again, and half a chunk from it is forgotten.</summary>
    public void OnLaneLost(int lane)
    {
        _intake.Abort(lane);
        for (StreamEntry? entry = _streams.First; entry is not null; entry = _streams.After(entry))
        {
            if (entry.Send is { } send)
            {
                send.OnLaneLost(lane);
                _scheduler.Refresh(entry);
            }
        }
    }

    /// <summary>Takes the header of a chunk, or the next piece of its data, as a lane's reader has found it.</summary>
    public ErrorCode HandleChunk(int lane, in LaneItem item)
    {
        if (item.Kind == LaneItemKind.ChunkHeader)
        {
            return HandleChunkHeader(lane, item.Chunk, item.ChunkDataBytes);
        }

        ErrorCode error = _intake.Continue(lane, item.Bytes, out StreamEntry? entry);
        if (error == ErrorCode.None && entry is not null)
        {
            OnArrived(entry, entry.Receive!);
        }

        return error;
    }

    /// <summary>Copies what can be read; <paramref name="finished"/> once the end of the stream was reached.</summary>
    public int Read(StreamId id, Span<byte> destination, long nowNs, out bool finished)
    {
        if (_streams.Get(id) is not { Receive: { } receive } entry)
        {
            finished = false;
            return 0;
        }

        int count = (int)Math.Min(destination.Length, receive.ReadableBytes);
        receive.CopyOut(destination[..count]);
        Consume(entry, receive, count, nowNs);
        finished = receive.IsFinished;
        return count;
    }

    /// <summary>What can be read, as far as it lies together; it holds until the stream is advanced.</summary>
    public ReadOnlySpan<byte> Peek(StreamId id) =>
        _streams.Get(id) is { Receive: { } receive } ? receive.Peek() : default;

    /// <summary>The reader is done with this many bytes of what it could read.</summary>
    public void Advance(StreamId id, int count, long nowNs)
    {
        if (_streams.Get(id) is not { Receive: { } receive } entry)
        {
            // A reset may have taken the stream away while its owner held the bytes.
            return;
        }

        if ((ulong)count > (ulong)receive.ReadableBytes && !receive.IsReset)
        {
            ThrowAdvancedTooFar();
        }

        Consume(entry, receive, (int)Math.Min(count, receive.ReadableBytes), nowNs);
    }

    /// <summary>This side wants no more of a stream; false when it is over anyway.</summary>
    public bool Stop(StreamId id, ErrorCode code)
    {
        if (_streams.Get(id) is not { Receive: { } receive } entry || !receive.TryStop(code))
        {
            return false;
        }

        _events.Withdraw(entry, StreamEventKind.Readable);
        _control.Unmark(entry, StreamControlFlags.Credit);
        _control.Mark(entry, StreamControlFlags.Stop);
        Discard(entry, receive);
        return true;
    }

    /// <summary>Takes the next event; events of one stream come in the order of <see cref="StreamEventKind"/>.</summary>
    public bool TryTakeEvent(out StreamEvent streamEvent)
    {
        if (!_events.TryTake(out StreamEntry entry, out StreamEventKind kind))
        {
            streamEvent = default;
            return false;
        }

        ErrorCode code = kind switch
        {
            StreamEventKind.ResetByPeer => entry.Receive!.ResetCode,
            StreamEventKind.StoppedByPeer => entry.Send!.StopCode,
            _ => ErrorCode.None,
        };
        streamEvent = new StreamEvent(kind, entry.Id, entry.Priority, code);
        Settle(entry);
        return true;
    }

    private ErrorCode HandleChunkHeader(int lane, in ChunkHeader header, int dataBytes)
    {
        _intake.Abort(lane);
        if (!_streams.MayReceive(header.Stream) || (header.Compressed && !_intake.CanDecompress))
        {
            return ErrorCode.ProtocolViolation;
        }

        ErrorCode error = Find(header.Stream, header.Priority, out StreamEntry? entry);
        if (error != ErrorCode.None)
        {
            return error;
        }

        if (entry?.Receive is not { IsReset: false } receive)
        {
            _intake.Begin(lane, null, header, dataBytes);
            return ErrorCode.None;
        }

        error = receive.Check(header.Offset, header.RawLength, header.Fin);
        if (error != ErrorCode.None)
        {
            return error;
        }

        long end = header.Offset + header.RawLength;
        long charge = Math.Max(0, end - receive.Highest);
        if (!_credit.CanCharge(charge))
        {
            return ErrorCode.CreditExceeded;
        }

        _credit.Charge(charge);
        receive.Announce(end, header.Fin);
        _intake.Begin(lane, entry, header, dataBytes);
        if (end <= receive.Contiguous)
        {
            // A repeat, or an empty chunk: the peer may have missed the ack, and the end may be news.
            _control.MarkAck(entry, receive);
            OnArrived(entry, receive);
        }

        return ErrorCode.None;
    }

    /// <summary>Finds the stream that the peer names, opening it when it is new; null when it was closed before.</summary>
    private ErrorCode Find(StreamId id, Priority priority, out StreamEntry? entry)
    {
        switch (_streams.Find(id, out entry))
        {
            case StreamStanding.Invalid:
                return ErrorCode.ProtocolViolation;

            case StreamStanding.Unseen:
                if (!_streams.TryTakePeerId(id))
                {
                    return ErrorCode.CreditExceeded;
                }

                entry = Create(id, priority, isLocal: false);
                _events.Raise(entry, StreamEventKind.Opened);
                return ErrorCode.None;

            default:
                return ErrorCode.None;
        }
    }

    private StreamEntry Create(StreamId id, Priority priority, bool isLocal)
    {
        SendStream? send = _streams.MaySend(id)
            ? new SendStream(Pool, _options.PeerStreamWindowBytes, ScpLimits.MaxStreamWindowBytes, peerKnows: !isLocal)
            : null;
        ReceiveStream? receive = _streams.MayReceive(id)
            ? new ReceiveStream(Pool, _options.StreamWindowBytes, _options.MaxStreamWindowBytes)
            : null;
        var entry = new StreamEntry(id, priority, isLocal, send, receive);
        _streams.Add(entry);
        return entry;
    }

    private void OnArrived(StreamEntry entry, ReceiveStream receive)
    {
        if (receive.AckValue > receive.LastAckSent)
        {
            _control.MarkAck(entry, receive);
        }

        if (receive.IsStopped)
        {
            Discard(entry, receive);
            return;
        }

        if (receive.ReadableBytes > 0)
        {
            _events.Raise(entry, StreamEventKind.Readable);
        }

        FinishIfRead(entry, receive);
    }

    private void Consume(StreamEntry entry, ReceiveStream receive, int count, long nowNs)
    {
        if (count > 0)
        {
            receive.Advance(count, nowNs, RttNs);
            _credit.Consume(count);
            if (receive.IsCreditDue)
            {
                _control.Mark(entry, StreamControlFlags.Credit);
            }

            if (_credit.IsDue)
            {
                _control.MarkSessionCredit();
            }
        }

        FinishIfRead(entry, receive);
    }

    private void Discard(StreamEntry entry, ReceiveStream receive) => Consume(entry, receive, (int)receive.ReadableBytes, 0);

    private void FinishIfRead(StreamEntry entry, ReceiveStream receive)
    {
        if (!receive.TryFinish())
        {
            return;
        }

        _control.Unmark(entry, StreamControlFlags.Credit | StreamControlFlags.Stop);
        _control.MarkAck(entry, receive);
        if (!receive.IsStopped)
        {
            _events.Raise(entry, StreamEventKind.Finished);
        }
    }

    private bool Reset(StreamEntry entry, SendStream send, ErrorCode code)
    {
        long buffered = send.BufferedBytes;
        if (!send.TryReset(code))
        {
            return false;
        }

        send.WantsRoom = false;
        _room.Forget(entry);
        _scheduler.Forget(entry);
        _control.Mark(entry, StreamControlFlags.Reset);
        _room.GiveBack(buffered);
        return true;
    }

    /// <summary>Forgets a stream once both halves are over, the peer knows it, and the owner was told everything.</summary>
    private void Settle(StreamEntry entry)
    {
        if (entry.Removed
            || entry.Events != StreamEventKind.None
            || entry.Send is { IsDone: false }
            || entry.Receive is { IsDone: false })
        {
            return;
        }

        entry.Removed = true;
        _control.Unmark(entry, entry.Dirty);
        _control.Confirm(entry, StreamControlFlags.LastWords);
        _room.Forget(entry);
        _scheduler.Forget(entry);
        _streams.Remove(entry);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowAdvancedTooFar() =>
        throw new InvalidOperationException("A reader advanced past the bytes that it could read.");
}
