using Scp.Protocol;
using Scp.Protocol.Session;
using Scp.Transport.Calls;
using Scp.Transport.Lanes;
using Scp.Transport.Streams;

namespace Scp.Transport.Engine;

/// <summary>
/// Drives one session on its engine's thread: polls what it has to say and gives its events to calls, handlers and
/// streams. Events come before lanes, so that what a lane brought is taken before it is read on.
/// </summary>
internal sealed class SessionDriver
{
    private readonly EngineEvents _events;
    private readonly LaneDialer? _dialer;
    private readonly CallTable _calls = new();
    private readonly RequestDesk _requests;
    private readonly StreamDesk _streams;
    private readonly TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ErrorCode> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SessionDriver(ScpEngine engine, ScpSession session, LaneDialer? dialer, EngineEvents events)
    {
        Engine = engine;
        Session = session;
        _dialer = dialer;
        _events = events;
        _requests = new RequestDesk(this, events.Handlers);
        _streams = new StreamDesk(this, events.Handlers.Stream);
        Gate = new SendGate(this);
        Statistics = new StatisticsMail(this);
        Peer = new ScpPeer(this);
    }

    public ScpEngine Engine { get; }

    public ScpSession Session { get; }

    /// <summary>The session as programs see it.</summary>
    public ScpPeer Peer { get; }

    public SendGate Gate { get; }

    public StatisticsMail Statistics { get; }

    public RequestDesk Requests => _requests;

    public StreamDesk Streams => _streams;

    public List<LaneConnection> Lanes { get; } = [];

    /// <summary>Connected, and waiting for the session to take another lane.</summary>
    public Queue<LaneConnection> WaitingLanes { get; } = new();

    /// <summary>Nothing that the peer began is being handled here, and the peer has all answers.</summary>
    public bool IsQuiet => _requests.UnderWay + _streams.Serving + Session.RepliesUnderWay == 0;

    /// <summary>When time is to bring it something next.</summary>
    public long NextTimeoutNs => Math.Min(Session.PollTimeout(), _calls.DueNs);

    public Task Up => _up.Task;

    /// <summary>Ends with the reason when the session has.</summary>
    public Task<ErrorCode> Closed => _closed.Task;

    /// <summary>The peer answered the first lane of this side with anything but a hello; set before <see cref="Up"/> fails.</summary>
    public bool IsTurnedAway { get; private set; }

    /// <summary>The session is over and nothing of it is left to send.</summary>
    public bool IsForgotten { get; private set; }

    /// <summary>The engine's.</summary>
    public bool IsTouched { get; set; }

    /// <summary>The timer heap's.</summary>
    public int HeapIndex { get; set; } = -1;

    /// <summary>The timer heap's.</summary>
    public long DueNs { get; set; }

    /// <summary>Polls events, lanes and datagrams; true when there are more than one turn gives.</summary>
    public bool Serve(long nowNs)
    {
        bool hasMore = ServeEvents(nowNs);
        _calls.RetryDeferred(this, nowNs);
        _streams.OpenWaiting();
        for (int i = Lanes.Count - 1; i >= 0; i--)
        {
            if (!Lanes[i].TryPump(Engine.Endpoint, nowNs))
            {
                // What the session has to say of that is an event, and comes with the next turn.
                Engine.Detach(Lanes[i]);
                hasMore = true;
            }
        }

        ServeWaitingLanes();
        return ServeDatagrams(nowNs) || hasMore;
    }

    /// <summary>Begins a call, or a one-way, that its caller has prepared.</summary>
    public void Begin(CallOperation operation, ReadOnlySpan<byte> payload, long nowNs)
    {
        _calls.Begin(this, operation, payload, nowNs);
        Engine.Touch(this);
    }

    public void Cancel(CallOperation operation, long nowNs)
    {
        _calls.Cancel(this, operation, nowNs);
        Engine.Touch(this);
    }

    public void Close(ErrorCode code, string reason, long nowNs)
    {
        Session.Close(code, reason, nowNs);
        Engine.Touch(this);
    }

    public void OnForgotten()
    {
        IsForgotten = true;
        _dialer?.Stop();
        Gate.Close();
        _calls.FailAll();
        _requests.CancelAll();
        _streams.Clear();
        while (WaitingLanes.TryDequeue(out LaneConnection? lane))
        {
            lane.Discard();
        }

        _ = _up.TrySetException(new ScpConnectException($"The session with {Session.PeerName} ended before it was up."));
        _ = _up.Task.Exception;
        _ = _closed.TrySetResult(ErrorCode.Internal);
    }

    /// <summary>A handler threw, on any thread.</summary>
    public void OnHandlerFailed(uint topic, Exception failure) => _events.OnHandlerFailed(this, topic, failure);

    private bool ServeEvents(long nowNs)
    {
        for (int i = 0; i < TransportLimits.EventsATurn; i++)
        {
            // Messages that are not taken stay in the core, whose limits then hold the peer back. After the end nothing is
            // to be held back: a session that has events is not forgotten.
            bool takesMessages = !_requests.IsFull || Session.IsClosed;
            if (!Session.PollEvent(nowNs, out SessionEvent item, takesMessages))
            {
                return false;
            }

            Dispatch(item, nowNs);
        }

        return true;
    }

    private void WantLane(long nowNs)
    {
        if (_up.Task.IsCompleted)
        {
            _dialer?.Want(this);
            return;
        }

        // With TLS 1.3 the side that dials hears of a refusal only here.
        IsTurnedAway = true;
        _ = _up.TrySetException(new ScpConnectException(
            $"{Session.PeerName} closed the connection without a hello: it may not trust this node's certificate, or takes no sessions now."));
        _ = _up.Task.Exception;
        Session.Close(ErrorCode.Unauthorized, "", nowNs);
    }

    private void ServeWaitingLanes()
    {
        while (WaitingLanes.Count > 0 && Session.MayOpenLane)
        {
            Engine.Join(this, WaitingLanes.Dequeue());
        }
    }

    private bool ServeDatagrams(long nowNs)
    {
        for (int i = 0; i < TransportLimits.DatagramsATurn; i++)
        {
            if (!Session.PollTransmit(Engine.Udp.Reserve(), nowNs, out Transmit transmit))
            {
                return false;
            }

            Engine.Udp.Commit(transmit);
        }

        return true;
    }

    private void Dispatch(in SessionEvent item, long nowNs)
    {
        switch (item.Kind)
        {
            case SessionEventKind.Completed:
                _calls.Complete(item);
                break;
            case SessionEventKind.Request:
            case SessionEventKind.Message:
                _requests.Take(item, nowNs);
                break;
            case SessionEventKind.Cancelled:
                _requests.Cancel(item.Id);
                break;
            case SessionEventKind.Up:
                if (_up.TrySetResult())
                {
                    _events.OnUp(this);
                }

                break;
            case SessionEventKind.LaneWanted:
                WantLane(nowNs);
                break;
            case SessionEventKind.Closed:
                IsTurnedAway |= !_up.Task.IsCompleted && item.Code is (ErrorCode.Malformed or ErrorCode.ProtocolViolation or ErrorCode.LimitExceeded);
                Gate.Close();
                _streams.Clear();
                _requests.CancelAll();
                _dialer?.Stop();
                _ = _closed.TrySetResult(item.Code);
                break;
            case SessionEventKind.DatagramsBlocked:
            case SessionEventKind.DatagramsOpen:
            case SessionEventKind.PathChanged:
                _events.OnPathEvent(this, item.Kind);
                break;
            default:
                _streams.Handle(item, nowNs);
                break;
        }
    }
}
