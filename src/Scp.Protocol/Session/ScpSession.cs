using Scp.Protocol.Congestion;
using Scp.Protocol.Crypto;
using Scp.Protocol.Liveness;
using Scp.Protocol.Messages;
using Scp.Protocol.Recovery;
using Scp.Protocol.Streams;

namespace Scp.Protocol.Session;

/// <summary>
/// One session with one peer: pure and deterministic. Inputs are datagrams, bytes of bulk lanes, timeouts and commands,
/// each with the time; outputs are polled: datagrams, bytes for lanes, the next timeout, events. After any input, poll
/// until nothing comes. Time never goes back. One thread owns a session.
/// <para>
/// A session outlives its lanes: datagrams go on while the initiator dials again. It outlives UDP: packets move into a
/// lane while datagrams are blocked. It ends by <see cref="Close"/>, by the peer's close, by silence for the idle
/// timeout, or when the peer no longer knows it.
/// </para>
/// </summary>
public sealed partial class ScpSession : IPacketOwner, IDisposable
{
    private readonly EndpointOptions _options;
    private readonly IEntropySource _entropy;
    private readonly PayloadPool _pool = new();
    private readonly EventQueue _events = new();
    private readonly OutgoingMessages _outgoing;
    private readonly IncomingMessages _incoming;
    private readonly AckState _acks = new();
    private readonly Reliability _reliability;
    private readonly DatagramPath _path;
    private readonly PacketProtection _protection;
    private readonly ReplayWindow _replays = new();
    private readonly PathMtuSearch _mtu;
    private readonly RedundancySender _redundancy;
    private readonly RedundancyReceiver _recovery;
    private readonly Lane?[] _lanes = new Lane?[ScpLimits.MaxLanes];
    private readonly SessionCounters _counters = new();
    private StreamTable _streams;
    private BulkMessages _bulk;
    private PhiAccrual _liveness;

    private State _state;
    private ulong _peerDestinationId;
    private long _idleTimeoutNs;
    private long _beatNs;
    private long _lastHeardNs;
    private long _lastInputNs;
    private long _lastElicitingSentNs;
    private long _timeoutHandledNs = -1;
    private long _epochDropAtNs = long.MaxValue;
    private long _paceAtNs = long.MaxValue;
    private long _lingerUntilNs = long.MaxValue;
    private bool _pingWanted;
    private int _probesWanted;
    private bool _slotCreditWanted;
    private bool _peerTunnels;
    private long _probingSinceNs;
    private ErrorCode _closeCode;
    private string _closeReason = "";
    private int _closesToSend;
    private byte[]? _polledPayload;
    private bool _polledWasIncoming;

    internal ScpSession(EndpointOptions options, IEntropySource entropy, string peerName, bool isInitiator, ulong localDestinationId, PathId path, long nowNs)
    {
        _options = options;
        _entropy = entropy;
        PeerName = peerName;
        IsInitiator = isInitiator;
        LocalDestinationId = localDestinationId;
        _outgoing = new OutgoingMessages(_pool, _events);
        _incoming = new IncomingMessages(_pool, _events, _outgoing);
        Span<byte> seed = stackalloc byte[sizeof(uint)];
        entropy.Fill(seed);
        _reliability = new Reliability(this, new RateController(ScpLimits.BaseDatagramBytes, BitConverter.ToUInt32(seed)));
        _path = new DatagramPath(entropy, path, nowNs);
        _protection = options.Protection.Create();
        _mtu = new PathMtuSearch(nowNs, options.MaxDatagramBytes);
        _liveness = new PhiAccrual(options.BeatNs, nowNs);
        _redundancy = new RedundancySender(_outgoing, _reliability, options.UseRedundancy);
        _recovery = new RedundancyReceiver();
        _streams = CreateStreams(default, agreedCodec: null);
        _bulk = CreateBulk();
        _idleTimeoutNs = options.IdleTimeoutNs;
        _beatNs = options.BeatNs;
        _lastHeardNs = nowNs;
        _lastInputNs = nowNs;
        _lastElicitingSentNs = nowNs;
    }

    private enum State : byte
    {
        Connecting,
        Up,
        Closed,
    }

    /// <summary>The node at the other end, as TLS proved it.</summary>
    public string PeerName { get; }

    public bool IsInitiator { get; }

    /// <summary>Whatever the owner keeps beside the session; the core does not look at it.</summary>
    public object? Owner { get; set; }

    /// <summary>The same on both sides, from the acceptor's hello on.</summary>
    public SessionId Id { get; private set; }

    /// <summary>What datagrams to this side carry so that its endpoint finds the session.</summary>
    public ulong LocalDestinationId { get; }

    public bool IsUp => _state == State.Up;

    public bool IsClosed => _state == State.Closed;

    /// <summary>Nothing is left to send: the session can be forgotten.</summary>
    public bool IsFinished => _state == State.Closed && _closesToSend == 0 && !HasLanes && _events.Count == 0;

    /// <summary>Replies given that the peer is not known to have: a session closed now would lose them.</summary>
    public int RepliesUnderWay => _incoming.RepliesUnderWay;

    /// <summary>
    /// A lane opened now does what it should. While one asks to resume, another would ask for the same, and undo it: it
    /// waits, connected, until the first is up.
    /// </summary>
    public bool MayOpenLane => _state != State.Closed && (AnyLaneUp || !HasLanes);

    /// <summary>The round trip, for those who time things by it.</summary>
    public long SmoothedRttNs => _reliability.Loss.Rtt.SmoothedNs;

    /// <summary>Datagrams that opened and were new.</summary>
    internal long DatagramsTaken => _counters.DatagramsTaken;

    /// <summary>More often than twice a round trip nothing new could be learnt.</summary>
    private long BeatNs => Math.Max(_beatNs, Math.Min(_reliability.Loss.Rtt.SmoothedNs, _idleTimeoutNs) / 2);

    private bool HasLanes => Array.Exists(_lanes, lane => lane is not null);

    private bool AnyLaneUp => Array.Exists(_lanes, lane => lane is { IsUp: true });

    /// <summary>
    /// Packets go by datagram: the path is proven, or there is no lane to use instead. Not when the keys are used up: what
    /// is sealed no more would otherwise go nowhere, the acknowledgement that lets the keys change included.
    /// </summary>
    private bool UseDatagrams => _path.HasPath && !_protection.KeysExhausted && (_path.IsOpen || !AnyLaneUp);

    /// <summary>Offers a message for sending. One <see cref="SessionEventKind.Completed"/> follows for each accepted request or reliable one-way.</summary>
    public SendStatus TrySend(MessageKind kind, ReadOnlySpan<byte> payload, in MessageOptions options, long nowNs, out MessageHandle handle)
    {
        handle = default;
        if (kind == MessageKind.Reply)
        {
            throw new ArgumentException("A reply is sent with Reply.", nameof(kind));
        }

        if (_state == State.Closed)
        {
            return SendStatus.Closed;
        }

        _outgoing.NowNs = nowNs;
        SendStatus status = _outgoing.TrySend(kind, payload, options, out OutgoingMessage? message);
        if (message is not null)
        {
            handle = new MessageHandle(message);
        }

        return status;
    }

    /// <summary>Answers a request that was delivered as an event.</summary>
    public SendStatus Reply(MessageId request, ReplyStatus status, ErrorCode code, ReadOnlySpan<byte> payload, long nowNs) =>
        _state == State.Closed ? SendStatus.Closed : _incoming.Reply(request, status, code, payload);

    /// <summary>Withdraws a message; false when its outcome is already known.</summary>
    public bool Cancel(MessageHandle handle, long nowNs)
    {
        if (!handle.IsOpen || handle.Message!.Kind == MessageKind.Reply)
        {
            return false;
        }

        _outgoing.NowNs = nowNs;
        _outgoing.Abandon(handle.Message, ErrorCode.Cancelled);
        return true;
    }

    /// <summary>
    /// Takes the next event. Its payload stays valid until the next call. An owner that has no room for one-way messages
    /// may leave them: they wait, and count against what the peer may send, until it takes them.
    /// </summary>
    public bool PollEvent(long nowNs, out SessionEvent item, bool takesMessages = true)
    {
        _outgoing.NowNs = nowNs;
        ReturnPolledPayload();
        while (TryNextEvent(nowNs, takesMessages, out item))
        {
            _polledPayload = item.Buffer;
            _polledWasIncoming = item.Kind is SessionEventKind.Request or SessionEventKind.Message;
            if (item.Kind != SessionEventKind.Request || _incoming.MayRun(item, nowNs))
            {
                return true;
            }

            ReturnPolledPayload();
        }

        return false;
    }

    /// <summary>
    /// Ends the session: open calls that were sent end as unknown, others as not run; the peer is told.
    /// </summary>
    public void Close(ErrorCode code, string reason, long nowNs)
    {
        if (_state == State.Closed)
        {
            return;
        }

        bool wasUp = _state == State.Up;
        End(code, nowNs);
        _closeReason = reason;
        _closesToSend = wasUp ? 2 : 0;
    }

    /// <summary>When to call <see cref="HandleTimeout"/>; <see cref="long.MaxValue"/> for never.</summary>
    public long PollTimeout() => _state switch
    {
        State.Closed => _lingerUntilNs,
        State.Connecting => Math.Min(_lastHeardNs + _idleTimeoutNs, Math.Min(_outgoing.NextDeadlineNs, NextLaneCheckNs())),
        _ => NextTimerNs(),
    };

    /// <summary>What the session has measured and done so far.</summary>
    public SessionStatistics GetStatistics(long nowNs) => new()
    {
        SmoothedRttNs = _reliability.Loss.Rtt.SmoothedNs,
        MinRttNs = _reliability.Loss.Rtt.HasSample ? _reliability.Loss.Rtt.MinNs : 0,
        JitterNs = _reliability.Loss.Rtt.VariationNs,
        LossPpm = _reliability.LossRate.Estimate.Ppm,
        BurstNs = _reliability.Bursts.BurstNs,
        Suspicion = _liveness.Suspicion(nowNs),
        Epoch = _protection.Epoch,
        Rekeys = (long)_protection.SendPhase,
        Resumes = _counters.Resumes,
        Lanes = LaneCount,
        DatagramsOpen = _path.IsOpen,
        PacketsSent = _counters.PacketsSent,
        PacketsReceived = _counters.PacketsReceived,
        PacketsLost = _reliability.LostPackets,
        SpuriousLosses = _reliability.SpuriousLosses,
        PacketsRecovered = _counters.PacketsRecovered,
        ProbesSent = _reliability.ProbesSent,
        BytesSent = _counters.BytesSent,
        BytesReceived = _counters.BytesReceived,
        RedundantBytesSent = _counters.RedundantBytesSent,
        UrgentBytesSent = _counters.UrgentBytesSent,
        DatagramsDropped = _counters.DatagramsDropped,
        EstimatedRateBytesPerSecond = _reliability.Rate.EstimatedRateBytesPerSecond,
        BytesInFlight = _reliability.Packets.BytesInFlight,
        PacketsInFlight = _reliability.Packets.Count,
        MessagesQueued = _outgoing.Alive,
        IncomingBytesHeld = _incoming.HeldBytes,
        ReplyBytesKept = _incoming.ReplyBytes,
        RepliesForgotten = _incoming.RepliesForgotten,
        EventsWaiting = _events.Count,
        DatagramBytes = _mtu.CurrentBytes,
        StreamsOpen = _streams.OpenStreams,
        StreamBytesBuffered = _streams.BufferedBytes,
    };

    public void Dispose() => _protection.Dispose();

    private bool TryNextEvent(long nowNs, bool takesMessages, out SessionEvent item)
    {
        if (_bulk.HasWaiting && _state == State.Up)
        {
            ErrorCode code = _bulk.ServeWaiting(nowNs);
            if (code != ErrorCode.None)
            {
                Close(code, "a message stream broke the protocol", nowNs);
            }
        }

        return _events.TryTake(takesMessages, out item) || TryNextStreamEvent(nowNs, takesMessages, out item);
    }

    private void ReturnPolledPayload()
    {
        if (_polledPayload is { } payload)
        {
            _polledPayload = null;
            _incoming.ReturnPayload(payload, _polledWasIncoming);
        }
    }

    private void End(ErrorCode code, long nowNs)
    {
        _state = State.Closed;
        _lingerUntilNs = nowNs + LingerNs;
        _closeCode = code;
        _outgoing.FailAll(code);
        _incoming.Clear();
        _bulk.Clear();
        foreach (Lane? lane in _lanes)
        {
            if (lane is not null)
            {
                lane.IsClosing = true;
            }
        }

        _events.Add(new SessionEvent { Kind = SessionEventKind.Closed, Code = code });
    }
}
