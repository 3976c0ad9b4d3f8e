using Scp.Protocol.Crypto;
using Scp.Protocol.Recovery;
using Scp.Protocol.Redundancy;
using Scp.Protocol.Streams;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Session;

/// <summary>What comes in by datagram, or by lane as a packet: opening, frames, acknowledgements.</summary>
public sealed partial class ScpSession
{
    /// <summary>What the frames of one packet ask for, gathered while they are handled.</summary>
    private ref struct PacketResult
    {
        public bool IsAckEliciting;

        /// <summary>A message found no room: the packet counts as not received, so its sender sends it again.</summary>
        public bool HasNoRoom;
    }

    /// <summary>Takes a datagram that carried this session's destination id; the buffer is overwritten.</summary>
    public void HandleDatagram(PathId from, Span<byte> datagram, long nowNs)
    {
        OpenStatus status = _protection.IsReady
            ? _protection.TryOpen(datagram, _replays, nowNs, out ulong number, out Range range)
            : NotReady(out number, out range);
        if (status != OpenStatus.Opened)
        {
            _counters.DatagramsDropped++;
            if (_protection.ForgeriesExceeded && _state == State.Up)
            {
                Close(ErrorCode.KeysExhausted, "too many datagrams failed to open", nowNs);
            }

            return;
        }

        _peerTunnels = false;
        _counters.DatagramsTaken++;
        int wireBytes = datagram.Length + WireOverheadBytes;
        _counters.BytesReceived += wireBytes;
        if (_state == State.Closed)
        {
            return;
        }

        bool isNewest = number > _acks.Largest;
        _path.OnReceived(from, wireBytes, isNewest, nowNs);
        if (!_path.IsOpen)
        {
            _path.OnReceivedWhileBlocked(nowNs);
        }

        Span<byte> payload = datagram[range];
        _recovery.OnReceived(number, payload);
        HandlePacket(number, payload, from, wireBytes, nowNs);
        while (_state == State.Up && _recovery.TryRecoverPending(out ulong lost, out ReadOnlySpan<byte> rebuilt))
        {
            HandleRecovered(lost, rebuilt, nowNs);
        }
    }

    private static OpenStatus NotReady(out ulong number, out Range range)
    {
        number = 0;
        range = default;
        return OpenStatus.UnknownKeys;
    }

    /// <summary>A packet that came inside a lane; TLS has protected it.</summary>
    private void HandleTunnelled(ulong number, ReadOnlySpan<byte> frames, long nowNs)
    {
        if (number == 0 || !_replays.IsNew(number))
        {
            return;
        }

        _peerTunnels = true;
        _replays.Accept(number);
        HandlePacket(number, frames, default, frames.Length, nowNs);
    }

    private void HandlePacket(ulong number, ReadOnlySpan<byte> frames, PathId from, int wireBytes, long nowNs)
    {
        _counters.PacketsReceived++;
        OnHeard(nowNs);
        PacketResult result = default;
        ErrorCode code = HandleFrames(number, frames, from, isRecovered: false, wireBytes, nowNs, ref result);
        if (code != ErrorCode.None)
        {
            Close(code, "a packet broke the protocol", nowNs);
            return;
        }

        if (!result.HasNoRoom)
        {
            _acks.OnReceived(number, result.IsAckEliciting, nowNs, _reliability.Loss.Rtt.SmoothedNs);
        }
    }

    private void HandleRecovered(ulong number, ReadOnlySpan<byte> frames, long nowNs)
    {
        // The number stays new: a packet that was only late is acknowledged when it comes, so that its sender learns that
        // the path did not lose it.
        _counters.PacketsRecovered++;
        PacketResult result = default;
        ErrorCode code = HandleFrames(number, frames, default, isRecovered: true, 0, nowNs, ref result);
        if (code != ErrorCode.None)
        {
            Close(code, "a rebuilt packet broke the protocol", nowNs);
        }
        else if (!result.HasNoRoom)
        {
            _acks.OnRecovered(number, nowNs);
        }
    }

    private ErrorCode HandleFrames(ulong number, ReadOnlySpan<byte> frames, PathId from, bool isRecovered, int wireBytes, long nowNs, ref PacketResult result)
    {
        var reader = new WireReader(frames);
        int redundantBytes = 0;
        while (!reader.IsEmpty && _state != State.Closed)
        {
            byte type = reader.ReadByte();
            ErrorCode code;
            if (MessageFrame.IsMessage(type))
            {
                result.IsAckEliciting = true;
                int before = reader.Remaining;
                long repeats = _incoming.Repeats;
                code = HandleMessage(type, ref reader, nowNs, ref result);
                redundantBytes += _incoming.Repeats > repeats ? before - reader.Remaining + 1 : 0;
            }
            else if (type == (byte)FrameType.Padding)
            {
                break;
            }
            else if (type == (byte)FrameType.Parity)
            {
                result.IsAckEliciting = true;
                redundantBytes = wireBytes;
                code = HandleParity(number, ref reader, isRecovered, nowNs);
            }
            else
            {
                code = HandleControl((FrameType)type, ref reader, from, isRecovered, nowNs, ref result);
            }

            if (code != ErrorCode.None)
            {
                return code;
            }
        }

        _redundancy.OnReceived(wireBytes, redundantBytes, nowNs);
        return ErrorCode.None;
    }

    private ErrorCode HandleMessage(byte type, ref WireReader reader, long nowNs, ref PacketResult result)
    {
        if (!MessageFrame.TryRead(type, ref reader, out MessageFrame frame))
        {
            return ErrorCode.Malformed;
        }

        ErrorCode code = _incoming.Handle(frame, nowNs);
        if (code == ErrorCode.Overloaded)
        {
            result.HasNoRoom = true;
            return ErrorCode.None;
        }

        return code;
    }

    private ErrorCode HandleParity(ulong number, ref WireReader reader, bool isRecovered, long nowNs)
    {
        if (!ParityFrame.TryParse(ref reader, number, out ParityFrame frame))
        {
            return ErrorCode.Malformed;
        }

        if (isRecovered)
        {
            // One packet never sets off a chain.
            return ErrorCode.None;
        }

        RecoverStatus status = _recovery.TryRecover(frame, out ulong lost, out ReadOnlySpan<byte> rebuilt);
        if (status == RecoverStatus.Recovered)
        {
            HandleRecovered(lost, rebuilt, nowNs);
        }

        return status == RecoverStatus.Malformed ? ErrorCode.ProtocolViolation : ErrorCode.None;
    }

    private ErrorCode HandleControl(FrameType type, ref WireReader reader, PathId from, bool isRecovered, long nowNs, ref PacketResult result)
    {
        switch (type)
        {
            case FrameType.Ack or FrameType.AckRecovered:
                if (!AckFrame.TryRead(type, ref reader, out AckFrame ack))
                {
                    return ErrorCode.Malformed;
                }

                // A rebuilt acknowledgement is older than those that came since, and its delay means nothing.
                return isRecovered ? ErrorCode.None : HandleAck(ack, nowNs);
            case FrameType.PathChallenge:
                ulong challenge = reader.ReadUInt64();
                if (!reader.Failed && !from.IsNone)
                {
                    _path.OnChallenge(from, challenge);
                }

                return reader.Failed ? ErrorCode.Malformed : ErrorCode.None;
            case FrameType.PathResponse:
                ulong response = reader.ReadUInt64();
                bool wasOpen = _path.IsOpen;
                if (!reader.Failed && _path.OnResponse(response, nowNs))
                {
                    OnPathProven(wasOpen, nowNs);
                }

                return reader.Failed ? ErrorCode.Malformed : ErrorCode.None;
            case FrameType.Close:
                if (!CloseFrame.TryRead(ref reader, out ErrorCode code))
                {
                    return ErrorCode.Malformed;
                }

                End(code, nowNs);
                return ErrorCode.None;
            default:
                result.IsAckEliciting = true;
                return HandleEliciting(type, ref reader, nowNs);
        }
    }

    private ErrorCode HandleEliciting(FrameType type, ref WireReader reader, long nowNs)
    {
        switch (type)
        {
            case FrameType.Ping:
                return ErrorCode.None;
            case FrameType.Cancel:
                ulong slot = reader.ReadVarInt();
                ulong sequence = reader.ReadVarInt();
                return reader.Failed || slot >= ScpLimits.MaxSlots || sequence == 0
                    ? ErrorCode.Malformed
                    : _incoming.HandleCancel(new MessageId((ushort)slot, sequence));
            case FrameType.SlotCredit:
                ulong slots = reader.ReadVarInt();
                if (reader.Failed || slots is 0 or > ScpLimits.MaxSlots)
                {
                    return ErrorCode.Malformed;
                }

                _outgoing.GrantSlots((int)slots);
                return ErrorCode.None;
            case FrameType.StreamAck or FrameType.StreamCredit or FrameType.SessionCredit or FrameType.StreamReset or FrameType.StreamStop:
                return StreamControlFrame.TryRead(type, ref reader, out StreamControl control)
                    ? HandleStreamControl(control, nowNs)
                    : ErrorCode.Malformed;
            default:
                return ErrorCode.Malformed;
        }
    }

    private ErrorCode HandleStreamControl(in StreamControl control, long nowNs)
    {
        long buffered = _streams.BufferedBytes;
        ErrorCode code = _streams.Handle(control);
        if (control.Kind == FrameType.StreamAck && _streams.BufferedBytes < buffered)
        {
            NoteLaneProgress(nowNs);
        }

        return code;
    }

    private ErrorCode HandleAck(in AckFrame ack, long nowNs)
    {
        ErrorCode code = _reliability.HandleAck(ack, nowNs);
        _streams.RttNs = _reliability.Loss.Rtt.SmoothedNs;
        _redundancy.Replan(nowNs);
        return code;
    }

    private void OnHeard(long nowNs)
    {
        _lastHeardNs = nowNs;
        _lastInputNs = nowNs;
        _outgoing.NowNs = nowNs;
        _liveness.Heartbeat(nowNs);
    }

    private void OnPathProven(bool wasOpen, long nowNs)
    {
        _reliability.GiveUpAll(tunnelled: false, nowNs);
        _reliability.Loss.OnPathChanged();
        _reliability.Rate.OnPathChanged(nowNs);
        _redundancy.OnPathChanged();
        _mtu.Restart(nowNs);
        _reliability.Rate.SetDatagramBytes(_mtu.CurrentBytes);
        _events.Add(new SessionEvent { Kind = SessionEventKind.PathChanged });
        if (!wasOpen)
        {
            _events.Add(new SessionEvent { Kind = SessionEventKind.DatagramsOpen });
        }
    }

    void IPacketOwner.OnPacketAcked(ulong packetNumber, in SentPacket packet, long nowNs)
    {
        if (packet.Acknowledges > 0)
        {
            _acks.OnAcknowledged(packet.Acknowledges);
        }

        if (packet.Is(PacketTraits.Tunnelled))
        {
            NoteLaneProgress(nowNs);
            return;
        }

        _protection.OnAcknowledged(packetNumber);
        if (packet.Is(PacketTraits.MtuProbe))
        {
            _mtu.OnProbeAcked(packet.DatagramBytes, nowNs);
            _reliability.Rate.SetDatagramBytes(_mtu.CurrentBytes);
        }
        else
        {
            _mtu.OnPacketAcked(packetNumber, packet.DatagramBytes);
        }

        if (_path.OnDatagramAcknowledged(packet.SentAtNs))
        {
            _events.Add(new SessionEvent { Kind = SessionEventKind.DatagramsOpen });
        }
    }

    void IPacketOwner.OnPacketLost(ulong packetNumber, in SentPacket packet, long nowNs)
    {
        if (packet.Is(PacketTraits.MtuProbe))
        {
            _mtu.OnProbeLost(packet.DatagramBytes, nowNs);
        }
        else if (!packet.Is(PacketTraits.Tunnelled))
        {
            if (_mtu.OnPacketLost(packetNumber, packet.DatagramBytes, nowNs))
            {
                _reliability.Rate.SetDatagramBytes(_mtu.CurrentBytes);
            }
        }
    }

    void IPacketOwner.OnItemAcked(in SentItem item)
    {
        if (item.IsMessagePart)
        {
            _outgoing.OnAcked(item);
        }
        else if (item.IsStreamControl)
        {
            _streams.OnControlAcked(item.StreamControl);
        }
    }

    void IPacketOwner.OnItemLost(in SentItem item)
    {
        if (item.IsMessagePart)
        {
            _outgoing.OnLost(item);
        }
        else
        {
            ResendControl(item);
        }
    }

    void IPacketOwner.OnItemProbed(in SentItem item)
    {
        if (item.IsMessagePart)
        {
            _outgoing.OnProbed(item);
        }
        else
        {
            ResendControl(item);
        }
    }

    private void ResendControl(in SentItem item)
    {
        if (item.IsStreamControl)
        {
            _streams.OnControlLost(item.StreamControl);
        }
        else if (item.Frame == FrameType.SlotCredit)
        {
            _slotCreditWanted = true;
        }
        else if (item.Frame == FrameType.Cancel)
        {
            _outgoing.RepeatCancel(new MessageId((ushort)item.Key, item.Value));
        }
    }
}
