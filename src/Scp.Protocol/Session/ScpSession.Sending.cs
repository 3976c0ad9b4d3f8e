using Scp.Protocol.Congestion;
using Scp.Protocol.Recovery;
using Scp.Protocol.Streams;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Session;

/// <summary>What goes out: datagrams, and the same packets inside a lane while datagrams are blocked.</summary>
public sealed partial class ScpSession
{
    /// <summary>IPv4 and UDP headers, counted as part of every datagram.</summary>
    internal const int WireOverheadBytes = 28;

    private const int MaxControlFrameBytes = 40;

    /// <summary>Packets that a probe timer lets go whatever the window says: it is full of what may never be acknowledged.</summary>
    private const int ProbePackets = 2;

    private bool MaySeal => _protection is { IsReady: true, KeysExhausted: false };

    /// <summary>
    /// Builds the next datagram; false when there is none to send now. The buffer must hold
    /// <see cref="ScpLimits.MaxDatagramBytes"/>.
    /// </summary>
    public bool PollTransmit(Span<byte> buffer, long nowNs, out Transmit transmit)
    {
        transmit = default;
        if (_state == State.Closed)
        {
            return TryPollClose(buffer, nowNs, out transmit);
        }

        // With as much unacknowledged as may be, nothing goes that would have to be remembered, not even an answer.
        if (!MaySeal || _reliability.Packets.IsFull)
        {
            return false;
        }

        return TryPollPathFrames(buffer, nowNs, out transmit)
            || (_path.HasPath && (TryPollProbes(buffer, nowNs, out transmit) || (UseDatagrams && TryPollPackets(buffer, nowNs, out transmit))));
    }

    /// <summary>Sends a packet with one frame to an address, outside of everything that measures the current path.</summary>
    private bool TryPollPathFrames(Span<byte> buffer, long nowNs, out Transmit transmit)
    {
        int bytes = _protection.OverheadBytes + 1 + sizeof(ulong) + WireOverheadBytes;
        if (_path.TryTakeResponse(bytes, out PathId to, out ulong data))
        {
            transmit = SendPathFrame(buffer, FrameType.PathResponse, to, data, isPadded: false, nowNs);
            return true;
        }

        // A path must carry a base datagram to be worth anything, so a challenge has that size where the allowance lets it.
        int padded = ScpLimits.BaseDatagramBytes + WireOverheadBytes;
        bool isPadded = _path.ChallengeAllowanceBytes >= padded;
        if (_path.TryTakeChallenge(nowNs, _reliability.Loss.Rtt.ProbeTimeoutNs, isPadded ? padded : bytes, out to, out data))
        {
            transmit = SendPathFrame(buffer, FrameType.PathChallenge, to, data, isPadded, nowNs);
            return true;
        }

        transmit = default;
        return false;
    }

    private Transmit SendPathFrame(Span<byte> buffer, FrameType type, PathId to, ulong data, bool isPadded, long nowNs)
    {
        var writer = new WireWriter(PayloadOf(buffer, ScpLimits.BaseDatagramBytes));
        writer.WriteByte((byte)type);
        writer.WriteUInt64(data);
        if (isPadded)
        {
            // Zeros are padding, to the end of the packet.
            writer.Free.Clear();
            writer.Advance(writer.Remaining);
        }

        return Seal(buffer, writer.Written, PacketTraits.None, _reliability.Packets.BeginItems(), 0, to, nowNs);
    }

    /// <summary>Probes: whether datagrams get through at all, and how large they may be.</summary>
    private bool TryPollProbes(Span<byte> buffer, long nowNs, out Transmit transmit)
    {
        transmit = default;
        if (nowNs >= _path.ProbeAtNs)
        {
            _path.OnProbeSent(nowNs);
            transmit = SendPadded(buffer, ScpLimits.BaseDatagramBytes, PacketTraits.AckEliciting | PacketTraits.PathProbe, nowNs);
            return true;
        }

        if (_path.IsOpen && _mtu.WantsProbe(nowNs, out int size))
        {
            _mtu.OnProbeSent(size, nowNs);
            transmit = SendPadded(buffer, size, PacketTraits.AckEliciting | PacketTraits.MtuProbe, nowNs);
            return true;
        }

        return false;
    }

    private Transmit SendPadded(Span<byte> buffer, int datagramBytes, PacketTraits traits, long nowNs)
    {
        int payloadBytes = datagramBytes - _protection.OverheadBytes;
        Span<byte> payload = PayloadOf(buffer, datagramBytes)[..payloadBytes];
        payload.Clear();
        payload[0] = (byte)FrameType.Ping;
        return Seal(buffer, payloadBytes, traits, _reliability.Packets.BeginItems(), 0, _path.Current, nowNs);
    }

    private bool TryPollPackets(Span<byte> buffer, long nowNs, out Transmit transmit)
    {
        if (TryPollParity(buffer, nowNs, out transmit))
        {
            return true;
        }

        bool mayData = MaySendMessages(nowNs);
        Span<byte> payload = PayloadOf(buffer, _mtu.CurrentBytes);
        var writer = new WireWriter(payload);
        if (!TryBuild(ref writer, nowNs, mayData, out BuiltPacket built))
        {
            NoteIdle(nowNs, mayData);
            return false;
        }

        ulong number = _reliability.Packets.Next;
        if (built.Contents.IsLatencyCritical)
        {
            _redundancy.Cover(number, payload[..writer.Written], built.Contents, nowNs);
        }

        transmit = Seal(buffer, writer.Written, built.Traits, built.FirstItem, built.Acknowledges, _path.Current, nowNs);
        _redundancy.OnBaseBytes(transmit.Length + WireOverheadBytes - built.RedundantBytes, nowNs);
        _counters.RedundantBytesSent += built.RedundantBytes;
        _counters.UrgentBytesSent += built.UrgentBytes;
        return true;
    }

    private bool TryPollParity(Span<byte> buffer, long nowNs, out Transmit transmit)
    {
        transmit = default;
        var writer = new WireWriter(PayloadOf(buffer, _mtu.CurrentBytes));
        if (!_redundancy.TryWriteParity(ref writer, _reliability.Packets.Next, _protection.OverheadBytes + WireOverheadBytes, nowNs))
        {
            return false;
        }

        transmit = Seal(buffer, writer.Written, PacketTraits.AckEliciting | PacketTraits.Parity, _reliability.Packets.BeginItems(), 0, _path.Current, nowNs);
        _counters.RedundantBytesSent += transmit.Length + WireOverheadBytes;
        return true;
    }

    /// <summary>
    /// Control goes whenever there is any; messages when the rate controller lets them. Sets the time to try again.
    /// </summary>
    private bool MaySendMessages(long nowNs)
    {
        _paceAtNs = long.MaxValue;
        if (_outgoing.NextPriority() is not { } priority)
        {
            return false;
        }

        RateController rate = _reliability.Rate;
        long inFlight = _reliability.Packets.BytesInFlight;
        bool isSmall = priority <= Priority.Request;
        if (_probesWanted > 0 || rate.MaySend(nowNs, _mtu.CurrentBytes, inFlight, isSmall))
        {
            return true;
        }

        // A full window opens with an acknowledgement, not with time.
        bool isPaced = inFlight + _mtu.CurrentBytes <= rate.WindowBytes;
        long pacedNs = isPaced ? rate.NextSendAtNs(nowNs) : long.MaxValue;
        long aheadNs = isSmall ? rate.NextAheadAtNs(nowNs, _mtu.CurrentBytes, inFlight) : long.MaxValue;
        _paceAtNs = Math.Max(nowNs + 1, Math.Min(pacedNs, aheadNs));
        return false;
    }

    private void NoteIdle(long nowNs, bool mayData)
    {
        if (!mayData && _outgoing.NextPriority() is null)
        {
            _reliability.Rate.OnAppLimited(_reliability.Packets.BytesInFlight);
        }
    }

    /// <summary>Fills one packet: acknowledgements, control, messages, then what the redundancy budget lets ride along.</summary>
    private bool TryBuild(ref WireWriter writer, long nowNs, bool mayData, out BuiltPacket built)
    {
        SentPackets packets = _reliability.Packets;
        built = default;
        built.FirstItem = packets.BeginItems();
        bool mustAck = nowNs >= _acks.DueAtNs;
        bool hasCopies = nowNs >= _redundancy.NextCopyAtNs;
        if (!mustAck && !mayData && !hasCopies && !_pingWanted && !HasControl())
        {
            return false;
        }

        if (_acks.HasNews && _acks.TryWrite(ref writer, nowNs))
        {
            built.Acknowledges = _acks.Largest;
        }

        int afterAcks = writer.Written;
        WriteControl(ref writer);
        if (mayData)
        {
            _ = _outgoing.Fill(ref writer, packets, nowNs, ref built.Contents);
        }

        _redundancy.AddExtras(ref writer, ref built, nowNs);
        if (_pingWanted && writer.Written == afterAcks && writer.Remaining > 0)
        {
            writer.WriteByte((byte)FrameType.Ping);
        }

        built.Traits = writer.Written > afterAcks ? PacketTraits.AckEliciting : PacketTraits.None;
        if (built.Traits != PacketTraits.None)
        {
            _probesWanted = Math.Max(0, _probesWanted - 1);
            _pingWanted = false;
            _lastElicitingSentNs = nowNs;
        }

        return writer.Written > 0;
    }

    private bool HasControl() => _streams.HasControl || _outgoing.HasCancelled || _slotCreditWanted;

    private void WriteControl(ref WireWriter writer)
    {
        SentPackets packets = _reliability.Packets;
        if (_slotCreditWanted && writer.Remaining >= MaxControlFrameBytes)
        {
            _slotCreditWanted = false;
            writer.WriteByte((byte)FrameType.SlotCredit);
            writer.WriteVarInt((ulong)_incoming.Granted);
            packets.AddItem(SentItem.ForControl(FrameType.SlotCredit, 0, 0));
        }

        while (writer.Remaining >= MaxControlFrameBytes && _outgoing.TryTakeCancelled(out MessageId id))
        {
            writer.WriteByte((byte)FrameType.Cancel);
            writer.WriteVarInt(id.Slot);
            writer.WriteVarInt(id.Sequence);
            packets.AddItem(SentItem.ForControl(FrameType.Cancel, id.Slot, id.Sequence));
        }

        while (writer.Remaining >= MaxControlFrameBytes && _streams.TryTakeControl(out StreamControl control))
        {
            StreamControlFrame.Write(ref writer, control);
            packets.AddItem(SentItem.ForStreamControl(control));
        }
    }

    private bool TryPollClose(Span<byte> buffer, long nowNs, out Transmit transmit)
    {
        transmit = default;
        if (_closesToSend == 0 || !_path.HasPath || !MaySeal)
        {
            _closesToSend = 0;
            return false;
        }

        _closesToSend--;
        var writer = new WireWriter(PayloadOf(buffer, ScpLimits.BaseDatagramBytes));
        CloseFrame.Write(ref writer, _closeCode, _closeReason);
        transmit = Seal(buffer, writer.Written, PacketTraits.None, _reliability.Packets.BeginItems(), 0, _path.Current, nowNs);
        return true;
    }

    /// <summary>The part of a datagram buffer that holds frames, for a datagram of at most this size.</summary>
    private Span<byte> PayloadOf(Span<byte> buffer, int datagramBytes) =>
        buffer.Slice(DatagramHeader.Size, datagramBytes - _protection.OverheadBytes);

    private Transmit Seal(Span<byte> buffer, int payloadBytes, PacketTraits traits, long firstItem, ulong acknowledges, PathId to, long nowNs)
    {
        ulong number = _reliability.Packets.Next;
        int bytes = _protection.Seal(buffer, payloadBytes, _peerDestinationId, number);
        _reliability.OnSent(firstItem, bytes, bytes + WireOverheadBytes, traits, acknowledges, nowNs);
        _counters.PacketsSent++;
        _counters.BytesSent += bytes + WireOverheadBytes;
        return new Transmit(to, bytes);
    }
}
