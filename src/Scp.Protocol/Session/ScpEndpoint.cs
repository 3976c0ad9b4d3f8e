using System.Diagnostics.CodeAnalysis;
using Scp.Protocol.Lanes;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Session;

/// <summary>
/// All sessions of one node that share a thread: finds the session of a datagram by its destination id and that of a
/// lane by its hello. Everything else is the sessions' own; their owner drives each (see <see cref="ScpSession"/>).
/// </summary>
public sealed class ScpEndpoint
{
    private readonly EndpointOptions _options;
    private readonly IEntropySource _entropy;
    private readonly List<ScpSession> _sessions = [];
    private readonly Dictionary<ulong, ScpSession> _byDestination = [];
    private readonly Dictionary<SessionId, ScpSession> _byId = [];
    private readonly Dictionary<LaneId, Lane> _lanes = [];
    private readonly Queue<ScpSession> _accepted = new();
    private int _nextLane = 1;

    public ScpEndpoint(EndpointOptions options, IEntropySource entropy)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(entropy);
        if (options.Validate() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        _options = options;
        _entropy = entropy;
    }

    /// <summary>Sessions that have not been forgotten.</summary>
    public IReadOnlyList<ScpSession> Sessions => _sessions;

    /// <summary>Takes no new sessions; those there are go on.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Begins a session as its initiator. It comes up once a lane has been opened and the peer has said hello.</summary>
    public ScpSession Connect(string peerName, PathId path, long nowNs)
    {
        ScpSession session = Create(peerName, isInitiator: true, path, nowNs);
        return session;
    }

    /// <summary>A connection that this side dialled for a session is up inside TLS.</summary>
    public LaneId OpenLane(ScpSession session, long nowNs)
    {
        ArgumentNullException.ThrowIfNull(session);
        Lane lane = AddLane(session.PeerName, isInitiator: true);
        if (!session.StartLane(lane, nowNs))
        {
            lane.IsClosing = true;
        }

        return lane.Id;
    }

    /// <summary>A connection that a peer dialled is up inside TLS, which proved the peer's name. Its hello says the rest.</summary>
    public LaneId AcceptLane(string peerName, long nowNs) => AddLane(peerName, isInitiator: false).Id;

    /// <summary>
    /// Takes bytes that arrived on a lane. After an error, write out what <see cref="PollLane"/> gives and close.
    /// </summary>
    public ErrorCode HandleLane(LaneId id, ReadOnlySpan<byte> bytes, long nowNs)
    {
        if (!_lanes.TryGetValue(id, out Lane? lane) || lane.IsClosing)
        {
            return ErrorCode.None;
        }

        while (lane.Reader.TryRead(ref bytes, out LaneItem item))
        {
            ErrorCode code = lane.Session is { } session ? session.HandleLaneItem(lane, item, nowNs) : HandleFirst(lane, item, nowNs);
            if (code != ErrorCode.None)
            {
                Refuse(lane, code, nowNs);
                return code;
            }

            if (lane.IsClosing)
            {
                return ErrorCode.None;
            }
        }

        if (lane.Reader.Error != ErrorCode.None)
        {
            Refuse(lane, lane.Reader.Error, nowNs);
        }

        return lane.Reader.Error;
    }

    /// <summary>The connection under a lane is gone.</summary>
    public void LaneClosed(LaneId id, long nowNs)
    {
        if (_lanes.Remove(id, out Lane? lane))
        {
            lane.IsClosing = true;
            lane.Session?.OnLaneClosed(lane, nowNs);
        }
    }

    /// <summary>Bytes to write to a lane now; none when zero. Offer room for a whole chunk and its headers.</summary>
    public int PollLane(LaneId id, Span<byte> destination, long nowNs)
    {
        if (!_lanes.TryGetValue(id, out Lane? lane))
        {
            return 0;
        }

        return lane.Session is { } session ? session.PollLane(lane, destination, nowNs) : lane.TakeControl(destination);
    }

    /// <summary>
    /// How much room <see cref="PollLane"/> can use now: none, some for small frames, or a whole chunk's. An idle lane needs
    /// no buffer to be asked.
    /// </summary>
    public LaneOutput LaneOutput(LaneId id) =>
        !_lanes.TryGetValue(id, out Lane? lane) ? Session.LaneOutput.None
        : lane.Session is { } session ? session.OutputOf(lane)
        : lane.HasControl ? Session.LaneOutput.Frames
        : Session.LaneOutput.None;

    /// <summary>
    /// True when a lane has nothing more to write and is to be closed. Ask also when the connection takes no bytes: a lane
    /// whose peer does not answer any more is given up in that state.
    /// </summary>
    public bool LaneMustClose(LaneId id) => !_lanes.TryGetValue(id, out Lane? lane) || (lane.IsClosing && !lane.HasControl && !lane.IsUp);

    /// <summary>Gives a datagram to its session; the buffer is overwritten. One that belongs to none is dropped.</summary>
    public ScpSession? HandleDatagram(PathId from, Span<byte> datagram, long nowNs)
    {
        if (!DatagramHeader.TryParse(datagram, out DatagramHeader header) || !_byDestination.TryGetValue(header.DestinationId, out ScpSession? session))
        {
            return null;
        }

        session.HandleDatagram(from, datagram, nowNs);
        return session;
    }

    /// <summary>The session that a lane belongs to; null while its hello has not been read, or when there is no such lane.</summary>
    public ScpSession? SessionOf(LaneId id) => _lanes.TryGetValue(id, out Lane? lane) ? lane.Session : null;

    /// <summary>Sessions that peers have opened since the last call.</summary>
    public bool TryTakeAccepted([NotNullWhen(true)] out ScpSession? session) => _accepted.TryDequeue(out session);

    /// <summary>Forgets a session that has ended and said so; returns false while it has something left to say.</summary>
    public bool TryForget(ScpSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (!session.IsFinished)
        {
            return false;
        }

        _ = _sessions.Remove(session);
        _ = _byDestination.Remove(session.LocalDestinationId);
        if (!session.IsInitiator)
        {
            // The id of a session this side dialled is the peer's choice, and may be that of another session here.
            _ = _byId.Remove(session.Id);
        }

        session.Dispose();
        return true;
    }

    private ErrorCode HandleFirst(Lane lane, in LaneItem item, long nowNs)
    {
        if (item.Kind != LaneItemKind.Hello || lane.IsInitiator)
        {
            return ErrorCode.ProtocolViolation;
        }

        if (!LaneHello.TryParse(item.Bytes, out LaneHello hello, out ErrorCode error))
        {
            return error;
        }

        return hello.Kind switch
        {
            LaneHelloKind.Open => IsDraining ? ErrorCode.Draining : AcceptOpen(lane, hello, nowNs),
            LaneHelloKind.Resume or LaneHelloKind.Join => AcceptAgain(lane, hello, nowNs),
            _ => ErrorCode.ProtocolViolation,
        };
    }

    private ErrorCode AcceptOpen(Lane lane, in LaneHello hello, long nowNs)
    {
        Span<byte> bytes = stackalloc byte[SessionId.Size];
        SessionId id;
        do
        {
            _entropy.Fill(bytes);
            _ = SessionId.TryParse(bytes, out id);
        }
        while (id.IsZero || _byId.ContainsKey(id));

        ScpSession session = Create(lane.PeerName, isInitiator: false, default, nowNs);
        ErrorCode code = session.AcceptOpen(lane, hello, id, nowNs);
        _byId[id] = session;
        _accepted.Enqueue(session);
        return code;
    }

    private ErrorCode AcceptAgain(Lane lane, in LaneHello hello, long nowNs)
    {
        if (!ResumeToken.TryParse(hello.Token, out ResumeToken token))
        {
            return ErrorCode.Malformed;
        }

        if (!_byId.TryGetValue(hello.Session, out ScpSession? session) || session.IsInitiator || session.IsClosed)
        {
            return ErrorCode.UnknownSession;
        }

        return session.MatchesToken(token) && string.Equals(session.PeerName, lane.PeerName, StringComparison.Ordinal)
            ? session.AcceptAgain(lane, hello, nowNs)
            : ErrorCode.Unauthorized;
    }

    private ScpSession Create(string peerName, bool isInitiator, PathId path, long nowNs)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        ulong destination;
        do
        {
            _entropy.Fill(bytes);
            destination = BitConverter.ToUInt64(bytes);
        }
        while (destination == 0 || _byDestination.ContainsKey(destination));

        var session = new ScpSession(_options, _entropy, peerName, isInitiator, destination, path, nowNs);
        _sessions.Add(session);
        _byDestination[destination] = session;
        return session;
    }

    private Lane AddLane(string peerName, bool isInitiator)
    {
        var lane = new Lane(new LaneId(_nextLane++), peerName, isInitiator);
        _lanes[lane.Id] = lane;
        return lane;
    }

    /// <summary>The lane broke the protocol, or asked for what it may not have: says why and closes it; a session it belonged to ends.</summary>
    private static void Refuse(Lane lane, ErrorCode code, long nowNs)
    {
        lane.Session?.Close(code, "a bulk lane broke the protocol", nowNs);
        Span<byte> frame = stackalloc byte[LaneFraming.PrefixBytes + LaneFraming.CloseCodeBytes];
        _ = lane.TryQueue(frame[..LaneWriter.WriteClose(frame, code, default)]);
        lane.IsUp = false;
        lane.IsClosing = true;
    }
}
