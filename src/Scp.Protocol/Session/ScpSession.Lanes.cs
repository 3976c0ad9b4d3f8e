using Scp.Protocol.Crypto;
using Scp.Protocol.Lanes;
using Scp.Protocol.Liveness;
using Scp.Protocol.Recovery;
using Scp.Protocol.Streams;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Session;

/// <summary>
/// Bulk lanes: hellos, epochs, what is read from and written to a lane. The first lane opens the session, a lane after
/// all were lost resumes it under a new epoch, any other joins.
/// </summary>
public sealed partial class ScpSession
{
    private const int MaxResumePositions = 512;
    private const long EpochOverlapNs = 1_000_000_000;
    private const int MaxTunnelFrameBytes = ScpLimits.BaseDatagramBytes;

    private ResumeToken _token;
    private byte[] _tokenBytes = [];

    /// <summary>How many lanes are attached, up or not.</summary>
    internal int LaneCount => _lanes.Count(lane => lane is not null);

    internal bool MatchesToken(in ResumeToken token) => _token.Matches(token);

    /// <summary>The initiator's new lane: says hello. False when the session has as many as it may, or has ended.</summary>
    internal bool StartLane(Lane lane, long nowNs)
    {
        // Two lanes that both ask for a session would get two.
        bool isPremature = _state == State.Connecting && LaneCount > 0;
        if (_state == State.Closed || isPremature || !TryAttach(lane, nowNs))
        {
            return false;
        }

        lane.AskedAtNs = nowNs;
        lane.Asked = _state == State.Connecting ? LaneHelloKind.Open : AnyLaneUp ? LaneHelloKind.Join : LaneHelloKind.Resume;
        lane.Random = NewRandom();
        return SendHello(lane, lane.Asked, lane.Asked == LaneHelloKind.Resume ? _protection.Epoch + 1 : _protection.Epoch);
    }

    /// <summary>The acceptor's side of a new session: everything begins with the peer's hello.</summary>
    internal ErrorCode AcceptOpen(Lane lane, in LaneHello hello, SessionId id, long nowNs)
    {
        Id = id;
        Span<byte> secret = stackalloc byte[ResumeToken.SecretBytes];
        _entropy.Fill(secret);
        _token = new ResumeToken(id, secret);
        _tokenBytes = new byte[ResumeToken.Size];
        _token.Format(_tokenBytes);
        _ = TryAttach(lane, nowNs);
        lane.Random = NewRandom();
        lane.Asked = hello.Kind;
        Agree(hello, nowNs);
        InstallEpoch(1, hello.Random, lane.Random, peerIsReady: false, nowNs);
        lane.IsUp = true;
        GoUp(nowNs);
        return SendHello(lane, LaneHelloKind.Accept, 1) ? ErrorCode.None : ErrorCode.LimitExceeded;
    }

    /// <summary>The acceptor's side of a lane for a session it knows; the token has been checked.</summary>
    internal ErrorCode AcceptAgain(Lane lane, in LaneHello hello, long nowNs)
    {
        if (_state != State.Up)
        {
            return ErrorCode.UnknownSession;
        }

        bool isResume = hello.Kind == LaneHelloKind.Resume;
        if (isResume)
        {
            // The peer has lost every lane it had, whatever this side still believes of them.
            foreach (Lane? old in _lanes)
            {
                if (old is not null)
                {
                    DropLane(old, nowNs);
                }
            }

            ErrorCode code = Resume(hello);
            if (code != ErrorCode.None)
            {
                Close(code, "a resume names positions that cannot be", nowNs);
                return code;
            }
        }

        if (!TryAttach(lane, nowNs))
        {
            return ErrorCode.LimitExceeded;
        }

        lane.Random = NewRandom();
        lane.Asked = hello.Kind;
        uint epoch = _protection.Epoch;
        if (isResume)
        {
            epoch++;
            _peerDestinationId = hello.DestinationId;
            InstallEpoch(epoch, hello.Random, lane.Random, peerIsReady: false, nowNs);
        }

        lane.IsUp = true;
        OnHeard(nowNs);
        return SendHello(lane, LaneHelloKind.Accept, epoch) ? ErrorCode.None : ErrorCode.LimitExceeded;
    }

    /// <summary>One item read from a lane of this session. An error ends the session.</summary>
    internal ErrorCode HandleLaneItem(Lane lane, in LaneItem item, long nowNs)
    {
        if (_state == State.Closed)
        {
            return ErrorCode.None;
        }

        OnHeard(nowNs);
        lane.OnHeard(nowNs);
        if (item.Kind == LaneItemKind.Close)
        {
            OnLaneClosedByPeer(lane, item.Code, nowNs);
            return ErrorCode.None;
        }

        if (item.Kind == LaneItemKind.Hello)
        {
            return lane is { IsInitiator: true, IsUp: false } ? HandleAccept(lane, item.Bytes, nowNs) : ErrorCode.ProtocolViolation;
        }

        if (!lane.IsUp)
        {
            return ErrorCode.ProtocolViolation;
        }

        if (!lane.IsInitiator)
        {
            // The peer says nothing on a lane before it has read the answer to its hello. To wait for a datagram instead
            // could be for ever: where datagrams come through one way only, neither side would show the other its keys.
            _protection.OnPeerIsReady();
        }

        switch (item.Kind)
        {
            case LaneItemKind.Packet:
                HandleTunnelled(item.Number, item.Bytes, nowNs);
                return ErrorCode.None;
            case LaneItemKind.Ping:
                Span<byte> pong = stackalloc byte[LaneFraming.PrefixBytes + LaneFraming.PingBytes];
                return lane.TryQueue(pong[..LaneWriter.WritePong(pong, item.Number)]) ? ErrorCode.None : ErrorCode.LimitExceeded;
            case LaneItemKind.Pong:
                return ErrorCode.None;
            default:
                return _streams.HandleChunk(lane.Index, item);
        }
    }

    /// <summary>The connection under a lane is gone.</summary>
    internal void OnLaneClosed(Lane lane, long nowNs)
    {
        if (lane.Session != this)
        {
            return;
        }

        DropLane(lane, nowNs);
        WantLane();
    }

    internal LaneOutput OutputOf(Lane lane) =>
        lane.IsUp && (_state == State.Closed || !UseDatagrams || _streams.NextPriority is not null) ? LaneOutput.Chunks
        : lane.HasControl ? LaneOutput.Frames
        : LaneOutput.None;

    /// <summary>Bytes to write to a lane now. Whole frames, except that a hello may span calls.</summary>
    internal int PollLane(Lane lane, Span<byte> destination, long nowNs)
    {
        int written = lane.TakeControl(destination);
        if (!lane.IsUp || lane.HasControl)
        {
            return written;
        }

        if (_state == State.Closed)
        {
            return written + WriteLaneClose(lane, destination[written..]);
        }

        if (!UseDatagrams)
        {
            written += PollTunnel(destination[written..], nowNs);
        }

        while (destination.Length - written > LaneFraming.ChunkOverheadBytes)
        {
            int chunk = _streams.BuildChunk(lane.Index, destination[written..]);
            if (chunk == 0)
            {
                break;
            }

            written += chunk;
        }

        return written;
    }

    private int PollTunnel(Span<byte> destination, long nowNs)
    {
        int written = 0;
        const int Overhead = LaneFraming.PrefixBytes + LaneFraming.PacketNumberBytes;
        while (destination.Length - written >= MaxTunnelFrameBytes + Overhead && !_reliability.Packets.IsFull)
        {
            Span<byte> frame = destination[written..];
            var writer = new WireWriter(LaneWriter.PacketFrames(frame)[..MaxTunnelFrameBytes]);
            if (!TryBuild(ref writer, nowNs, _outgoing.NextPriority() is not null, out BuiltPacket built))
            {
                break;
            }

            ulong number = _reliability.Packets.Next;
            int bytes = LaneWriter.SealPacket(frame, number, writer.Written);
            _reliability.OnSent(built.FirstItem, bytes, bytes, built.Traits | PacketTraits.Tunnelled, built.Acknowledges, nowNs);
            _counters.PacketsSent++;
            written += bytes;
        }

        return written;
    }

    private int WriteLaneClose(Lane lane, Span<byte> destination)
    {
        if (!lane.IsUp || destination.Length < MaxTunnelFrameBytes)
        {
            return 0;
        }

        // The session's close travels as a packet, so that it means the same wherever it arrives; the lane ends with it.
        lane.IsUp = false;
        lane.IsClosing = true;
        var writer = new WireWriter(LaneWriter.PacketFrames(destination));
        CloseFrame.Write(ref writer, _closeCode, _closeReason);
        ulong number = _reliability.Packets.Next;
        int bytes = LaneWriter.SealPacket(destination, number, writer.Written);
        _reliability.OnSent(_reliability.Packets.BeginItems(), bytes, bytes, PacketTraits.Tunnelled, 0, 0);
        return bytes;
    }

    private ErrorCode HandleAccept(Lane lane, ReadOnlySpan<byte> body, long nowNs)
    {
        if (!LaneHello.TryParse(body, out LaneHello hello, out ErrorCode code))
        {
            return code;
        }

        if (hello.Kind != LaneHelloKind.Accept)
        {
            return ErrorCode.ProtocolViolation;
        }

        switch (lane.Asked)
        {
            case LaneHelloKind.Open when _state == State.Connecting:
                if (hello.Epoch != 1 || hello.Session.IsZero || hello.Token.IsEmpty)
                {
                    return ErrorCode.ProtocolViolation;
                }

                Id = hello.Session;
                _tokenBytes = hello.Token.ToArray();
                Agree(hello, nowNs);
                InstallEpoch(hello.Epoch, lane.Random, hello.Random, peerIsReady: true, nowNs);
                lane.IsUp = true;
                GoUp(nowNs);
                return ErrorCode.None;
            case LaneHelloKind.Resume:
                if (hello.Session != Id)
                {
                    return ErrorCode.ProtocolViolation;
                }

                if (hello.Epoch <= _protection.Epoch)
                {
                    // Another lane asked later and was answered first: the peer has dropped this one already.
                    lane.IsClosing = true;
                    return ErrorCode.None;
                }

                _peerDestinationId = hello.DestinationId;
                InstallEpoch(hello.Epoch, lane.Random, hello.Random, peerIsReady: true, nowNs);
                lane.IsUp = true;
                return Resume(hello);
            case LaneHelloKind.Join when hello.Session == Id:
                lane.IsUp = true;
                return ErrorCode.None;
            default:
                return ErrorCode.ProtocolViolation;
        }
    }

    private void OnLaneClosedByPeer(Lane lane, ErrorCode code, long nowNs)
    {
        lane.IsClosing = true;
        bool wasRefused = lane is { IsInitiator: true, IsUp: false };
        lane.IsUp = false;
        bool isForgotten = lane.Asked != LaneHelloKind.Join || code is ErrorCode.UnknownSession or ErrorCode.Unauthorized;
        if (wasRefused && isForgotten && code != ErrorCode.Overloaded)
        {
            // There is no session to go on with: everything open is over.
            End(code, nowNs);
        }
    }

    private ErrorCode Resume(in LaneHello hello)
    {
        var positions = new StreamPosition[hello.Positions.Count];
        for (int i = 0; i < positions.Length; i++)
        {
            // On the wire an end is a flag; the streams count it as one more byte.
            ResumePosition position = hello.Positions[i];
            positions[i] = new StreamPosition(
                position.Stream,
                (long)position.ContiguousOffset + (position.FinReceived ? 1 : 0),
                (long)position.CreditLimit,
                position.FinReceived);
        }

        _counters.Resumes++;
        return _streams.OnResumed(positions);
    }

    private void Agree(in LaneHello hello, long nowNs)
    {
        _peerDestinationId = hello.DestinationId;
        HelloLimits limits = hello.Limits;
        _idleTimeoutNs = Math.Min(_options.IdleTimeoutNs, limits.IdleTimeoutMs * 1_000_000L);
        _beatNs = Math.Min(Math.Max(_options.BeatNs, limits.BeatMs * 1_000_000L), _idleTimeoutNs / 2);
        _liveness = new PhiAccrual(_beatNs, nowNs);
        _streams = CreateStreams(limits, hello.OffersCompression ? _options.ChunkCodec : null);
        _bulk = CreateBulk();
        _incoming.Grant(_options.Slots);
        _outgoing.GrantSlots((int)limits.Slots);
    }

    private void GoUp(long nowNs)
    {
        _state = State.Up;
        OnHeard(nowNs);
        _lastElicitingSentNs = nowNs;
        _events.Add(new SessionEvent { Kind = SessionEventKind.Up });
        for (int lanes = LaneCount; IsInitiator && lanes < _options.Lanes; lanes++)
        {
            _events.Add(new SessionEvent { Kind = SessionEventKind.LaneWanted });
        }
    }

    private void InstallEpoch(uint epoch, ReadOnlySpan<byte> initiatorRandom, ReadOnlySpan<byte> acceptorRandom, bool peerIsReady, long nowNs)
    {
        EpochSecrets secrets = KeySchedule.Derive(Id, epoch, initiatorRandom, acceptorRandom, IsInitiator);
        _protection.InstallEpoch(epoch, secrets, peerIsReady);
        _epochDropAtNs = nowNs + (3 * _reliability.Loss.Rtt.ProbeTimeoutNs) + EpochOverlapNs;
    }

    private bool SendHello(Lane lane, LaneHelloKind kind, uint epoch)
    {
        byte[] buffer = _pool.Rent(LaneFraming.PrefixBytes + ScpLimits.MaxHelloBytes);
        bool tellsPositions = kind == LaneHelloKind.Resume || (kind == LaneHelloKind.Accept && lane.Asked == LaneHelloKind.Resume);
        ResumePosition[] positions = tellsPositions ? ExportPositions() : [];
        var hello = new LaneHello
        {
            Kind = kind,
            Flags = _options.ChunkCodec is null ? (byte)0 : LaneHello.CompressionFlag,
            Session = Id,
            DestinationId = LocalDestinationId,
            Epoch = epoch,
            LaneIndex = (byte)lane.Index,
            Random = lane.Random,
            Limits = new HelloLimits(
                (uint)_options.Slots,
                (ulong)_options.SessionWindowBytes,
                (ulong)_options.StreamWindowBytes,
                StreamLimits.MaxStreamsPerSide,
                (uint)(_options.IdleTimeoutNs / 1_000_000),
                (uint)(_options.BeatNs / 1_000_000)),
            Token = _tokenBytes,
        };
        int bytes = hello.Format(buffer.AsSpan(LaneFraming.PrefixBytes), positions);
        bytes = LaneWriter.WriteHello(buffer, buffer.AsSpan(LaneFraming.PrefixBytes, bytes));
        bool queued = lane.TryQueue(buffer.AsSpan(0, bytes));
        _pool.Return(buffer);
        return queued;
    }

    private ResumePosition[] ExportPositions()
    {
        Span<StreamPosition> received = stackalloc StreamPosition[MaxResumePositions];
        received = received[.._streams.ExportPositions(received)];
        var positions = new ResumePosition[received.Length];
        for (int i = 0; i < positions.Length; i++)
        {
            ref readonly StreamPosition position = ref received[i];
            positions[i] = new ResumePosition(
                position.Stream,
                (ulong)(position.Received - (position.Complete ? 1 : 0)),
                (ulong)position.Limit,
                position.Complete);
        }

        return positions;
    }

    private byte[] NewRandom()
    {
        var random = new byte[KeySchedule.RandomBytes];
        _entropy.Fill(random);
        return random;
    }

    private bool TryAttach(Lane lane, long nowNs)
    {
        int index = Array.IndexOf(_lanes, null);
        if (index < 0)
        {
            return false;
        }

        _lanes[index] = lane;
        lane.Index = index;
        lane.Session = this;
        lane.OnHeard(nowNs);
        return true;
    }

    /// <summary>
    /// The lane may have swallowed what it carried. Which lane a packet went by is not remembered: all that went by lane
    /// are sent again, and the peer tells those that did arrive by their messages.
    /// </summary>
    private void DropLane(Lane lane, long nowNs)
    {
        if (_lanes[lane.Index] == lane)
        {
            _lanes[lane.Index] = null;
            _streams.OnLaneLost(lane.Index);
            _reliability.GiveUpAll(tunnelled: true, nowNs);
        }

        lane.IsUp = false;
        lane.IsClosing = true;
        lane.Session = null;
    }

    private StreamTable CreateStreams(in HelloLimits peer, IBlockCodec? agreedCodec) => new(new StreamTableOptions
    {
        IsInitiator = IsInitiator,
        MaxLocalStreams = (int)Math.Min(peer.Streams, StreamLimits.MaxStreamsPerSide),
        StreamWindowBytes = _options.StreamWindowBytes,
        SessionWindowBytes = _options.SessionWindowBytes,
        PeerStreamWindowBytes = (int)Math.Min(peer.StreamWindowBytes, int.MaxValue),
        PeerSessionWindowBytes = (int)Math.Min(peer.SessionWindowBytes, int.MaxValue),
        Codec = agreedCodec,
    });

    private BulkMessages CreateBulk() => new(_streams, _outgoing, _incoming, _pool);
}
