using Scp.Protocol.Wire;

namespace Scp.Protocol.Streams;

/// <summary>The control frames about streams, both ways, and the positions exchanged when a session resumes.</summary>
internal sealed partial class StreamTable
{
    /// <summary>Takes the next control frame to be put into a packet.</summary>
    public bool TryTakeControl(out StreamControl control) => _control.TryTake(out control);

    /// <summary>The packet that carried a control frame has arrived.</summary>
    public void OnControlAcked(in StreamControl control)
    {
        if (control.Kind == FrameType.SessionCredit || _streams.Get(control.Stream) is not { } entry)
        {
            return;
        }

        switch (control.Kind)
        {
            case FrameType.StreamAck when entry.Receive is { IsFinished: true } receive && control.Value == receive.AckValue:
                receive.IsFinalAckConfirmed = true;
                _control.Confirm(entry, StreamControlFlags.FinalAck);
                break;

            case FrameType.StreamReset when entry.Send is { IsReset: true } send:
                send.IsResetConfirmed = true;
                _control.Confirm(entry, StreamControlFlags.Reset);
                break;

            case FrameType.StreamStop when entry.Receive is { IsStopped: true } receive:
                receive.IsStopConfirmed = true;
                _control.Unmark(entry, StreamControlFlags.Stop);
                break;

            default:
                return;
        }

        Settle(entry);
    }

    /// <summary>
    /// The packet that carried a control frame was lost. It is said again with its present value, unless it no longer
    /// matters or a newer value is under way already.
    /// </summary>
    public void OnControlLost(in StreamControl control)
    {
        if (control.Kind == FrameType.SessionCredit)
        {
            if (control.Value == _credit.Limit)
            {
                _control.MarkSessionCredit();
            }

            return;
        }

        if (_streams.Get(control.Stream) is not { } entry)
        {
            return;
        }

        switch (control.Kind)
        {
            case FrameType.StreamAck when entry.Receive is { IsReset: false } receive && control.Value == receive.LastAckSent:
                _control.MarkAck(entry, receive);
                break;

            case FrameType.StreamCredit when entry.Receive is { WantsCredit: true } receive && control.Value == receive.Limit:
                _control.Mark(entry, StreamControlFlags.Credit);
                break;

            case FrameType.StreamStop when entry.Receive is { IsStopped: true, IsStopConfirmed: false, IsOver: false }:
                _control.Mark(entry, StreamControlFlags.Stop);
                break;

            case FrameType.StreamReset when entry.Send is { IsReset: true, IsResetConfirmed: false }:
                _control.Mark(entry, StreamControlFlags.Reset);
                break;

            default:
                break;
        }
    }

    /// <summary>Takes a control frame of the peer.</summary>
    public ErrorCode Handle(in StreamControl control)
    {
        if (control.Value < 0)
        {
            return ErrorCode.Malformed;
        }

        if (control.Kind == FrameType.SessionCredit)
        {
            _scheduler.RaiseCredit(control.Value);
            return ErrorCode.None;
        }

        bool concernsSending = control.Kind != FrameType.StreamReset;
        if (concernsSending ? !_streams.MaySend(control.Stream) : !_streams.MayReceive(control.Stream))
        {
            return ErrorCode.ProtocolViolation;
        }

        StreamEntry? entry;
        if (control.Kind is FrameType.StreamStop or FrameType.StreamReset)
        {
            // These may overtake the chunk that opens the stream, and would be missed if they did not open it too.
            ErrorCode error = Find(control.Stream, Priority.Bulk, out entry);
            if (error != ErrorCode.None)
            {
                return error;
            }
        }
        else
        {
            StreamStanding standing = _streams.Find(control.Stream, out entry);
            if (standing == StreamStanding.Invalid || (standing == StreamStanding.Unseen && SaysMoreThanNothing(control)))
            {
                return ErrorCode.ProtocolViolation;
            }
        }

        return entry is null ? ErrorCode.None : Handle(entry, control);
    }

    /// <summary>An ack of bytes on a stream on which this side cannot have sent any.</summary>
    private static bool SaysMoreThanNothing(in StreamControl control) =>
        control.Kind == FrameType.StreamAck && control.Value > 0;

    private ErrorCode Handle(StreamEntry entry, in StreamControl control)
    {
        switch (control.Kind)
        {
            case FrameType.StreamAck:
                return Acknowledge(entry, entry.Send!, control.Value) ? ErrorCode.None : ErrorCode.ProtocolViolation;

            case FrameType.StreamCredit:
                RaiseLimit(entry, entry.Send!, control.Value);
                return ErrorCode.None;

            case FrameType.StreamStop:
                HandleStop(entry, entry.Send!, control.Code);
                return ErrorCode.None;

            case FrameType.StreamReset:
                return HandleReset(entry, entry.Receive!, control);

            default:
                return ErrorCode.ProtocolViolation;
        }
    }

    private bool Acknowledge(StreamEntry entry, SendStream send, long value)
    {
        bool wasCompleted = send.IsCompleted;
        long buffered = send.BufferedBytes;
        if (!send.TryAcknowledge(value))
        {
            return false;
        }

        if (send.IsCompleted && !wasCompleted)
        {
            _events.Raise(entry, StreamEventKind.SendCompleted);
        }

        _scheduler.Refresh(entry);
        _room.GiveBack(buffered - send.BufferedBytes);
        _room.Tell(entry);
        Settle(entry);
        return true;
    }

    private void RaiseLimit(StreamEntry entry, SendStream send, long limit)
    {
        send.RaiseLimit(limit);
        _scheduler.Refresh(entry);
        _room.Tell(entry);
    }

    /// <summary>A peer that wants no more gets no more: the answer to a stop is a reset with the same code.</summary>
    private void HandleStop(StreamEntry entry, SendStream send, ErrorCode code)
    {
        if (Reset(entry, send, code))
        {
            send.StopCode = code;
            _events.Withdraw(entry, StreamEventKind.Writable);
            _events.Raise(entry, StreamEventKind.StoppedByPeer);
        }
    }

    private ErrorCode HandleReset(StreamEntry entry, ReceiveStream receive, in StreamControl control)
    {
        ErrorCode error = receive.CheckReset(control.Value);
        if (error != ErrorCode.None)
        {
            return error;
        }

        if (receive.IsReset)
        {
            return ErrorCode.None;
        }

        long charge = control.Value - receive.Highest;
        if (!_credit.CanCharge(charge))
        {
            return ErrorCode.CreditExceeded;
        }

        bool wasFinished = receive.IsFinished;
        _credit.Charge(charge);
        _credit.Consume(control.Value - receive.ReadOffset);
        if (_credit.IsDue)
        {
            _control.MarkSessionCredit();
        }

        receive.Reset(control.Value, control.Code);
        _control.Unmark(entry, StreamControlFlags.Ack | StreamControlFlags.Credit | StreamControlFlags.Stop);
        _control.Confirm(entry, StreamControlFlags.FinalAck);
        if (!receive.IsStopped && !wasFinished)
        {
            _events.Withdraw(entry, StreamEventKind.Readable);
            _events.Raise(entry, StreamEventKind.ResetByPeer);
        }

        Settle(entry);
        return ErrorCode.None;
    }

    /// <summary>
    /// Writes down how far every stream has been received, for the hello of a lane that resumes the session, and returns
    /// how many there were. What does not fit is left out: the peer then sends more than it need.
    /// </summary>
    public int ExportPositions(Span<StreamPosition> destination)
    {
        int count = 0;
        for (StreamEntry? entry = _streams.First; entry is not null && count < destination.Length; entry = _streams.After(entry))
        {
            if (entry.Receive is { IsReset: false } receive)
            {
                destination[count++] = new StreamPosition(entry.Id, receive.AckValue, receive.Limit, receive.IsFinished);
            }
        }

        return count;
    }

    /// <summary>
    /// The session goes on over new lanes, the end of the old ones having been told, and this is what the peer has.
    /// Everything else that was ever sent goes out again, and so does every control frame that matters still. A violation
    /// changes nothing.
    /// </summary>
    public ErrorCode OnResumed(ReadOnlySpan<StreamPosition> positions)
    {
        foreach (ref readonly StreamPosition position in positions)
        {
            ErrorCode error = Check(position);
            if (error != ErrorCode.None)
            {
                return error;
            }
        }

        foreach (ref readonly StreamPosition position in positions)
        {
            if (_streams.Get(position.Stream) is { Send: { } send } entry)
            {
                RaiseLimit(entry, send, position.Limit);
                Acknowledge(entry, send, position.Received);
            }
        }

        _control.MarkSessionCredit();
        for (StreamEntry? entry = _streams.First; entry is not null; entry = _streams.After(entry))
        {
            Resume(entry);
        }

        return ErrorCode.None;
    }

    private ErrorCode Check(in StreamPosition position)
    {
        if (position.Received < 0 || position.Limit < 0)
        {
            return ErrorCode.Malformed;
        }

        StreamStanding standing = _streams.Find(position.Stream, out StreamEntry? entry);
        bool possible = _streams.MaySend(position.Stream) && standing switch
        {
            StreamStanding.Open => entry!.Send!.CouldHaveReceived(position.Received)
                && (!position.Complete || entry.Send.HasSentFin || entry.Send.IsReset),
            StreamStanding.Closed => true,
            StreamStanding.Unseen => position.Received == 0,
            _ => false,
        };
        return possible ? ErrorCode.None : ErrorCode.ProtocolViolation;
    }

    private void Resume(StreamEntry entry)
    {
        if (entry.Send is { } send)
        {
            send.OnAllLanesLost();
            _scheduler.Refresh(entry);
            if (send is { IsReset: true, IsResetConfirmed: false })
            {
                _control.Mark(entry, StreamControlFlags.Reset);
            }
        }

        if (entry.Receive is not { IsReset: false } receive)
        {
            return;
        }

        _control.MarkAck(entry, receive);
        if (receive.WantsCredit)
        {
            _control.Mark(entry, StreamControlFlags.Credit);
        }

        if (receive is { IsStopped: true, IsStopConfirmed: false, IsOver: false })
        {
            _control.Mark(entry, StreamControlFlags.Stop);
        }
    }
}
