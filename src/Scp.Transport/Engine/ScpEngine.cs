using Scp.Protocol.Session;
using Scp.Transport.Lanes;
using Scp.Transport.Udp;

namespace Scp.Transport.Engine;

/// <summary>
/// The thread that owns one core instance (<see cref="ScpEndpoint"/>), its UDP socket and the inner ends of its lanes.
/// A turn takes what other threads posted, what arrived by datagram and what time brought, then polls every session that
/// was touched until it has nothing more to say, then sends all that as one batch. Between turns the thread sleeps until
/// a datagram arrives, something is posted, or the next timeout is due.
/// <para>
/// Only this thread touches the core. Other threads reach it with <see cref="Post"/>; code that already runs here
/// (inline handlers and continuations) calls it directly, see <see cref="IsCurrent"/>.
/// </para>
/// </summary>
internal sealed class ScpEngine : IDisposable
{
    /// <summary>Receive batches in one turn: past this, what has arrived is answered first.</summary>
    private const int MaxBatchesATurn = 4;

    private readonly UdpSocket _udp;
    private readonly Waker _waker;
    private readonly StopSignal _stop;
    private readonly Mailbox _mailbox = new();
    private readonly TimerHeap _timers = new();
    private List<SessionDriver> _touched = [];
    private List<SessionDriver> _again = [];
    private readonly List<LaneConnection> _strangers = [];
    private readonly EngineEvents _events;
    private readonly Thread _thread;
    private Drain? _drain;
    private bool _hasEnded;

    public ScpEngine(EndpointOptions options, UdpSocket udp, EngineEvents events, string name)
    {
        _udp = udp;
        _events = events;
        _waker = new Waker();
        _stop = new StopSignal(_waker);
        Endpoint = new ScpEndpoint(options, SystemEntropy.Instance);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
    }

    public ScpEndpoint Endpoint { get; }

    public UdpSocket Udp => _udp;

    /// <summary>True on the engine's own thread.</summary>
    public bool IsCurrent => Environment.CurrentManagedThreadId == _thread.ManagedThreadId;

    /// <summary>The time at the last look on the clock.</summary>
    public long NowNs { get; private set; } = MonotonicClock.NowNs;

    public int Strangers => _strangers.Count;

    /// <summary>Its thread is gone: what comes late is handled by whoever brings it, one after the other.</summary>
    public bool HasEnded => Volatile.Read(ref _hasEnded);

    public void Start() => _thread.Start();

    /// <summary>
    /// Hands an item to the engine's thread, from any thread. Once that thread has ended every session is over, and what
    /// comes late is told so by whoever brings it.
    /// </summary>
    public void Post(MailItem item)
    {
        if (_mailbox.TryPost(item))
        {
            _waker.Signal();
            if (HasEnded)
            {
                HandleMailAfterTheEnd();
            }
        }
    }

    /// <summary>Takes no new sessions and has the drain look at the end of each turn, from this one on. The engine's.</summary>
    public void Begin(Drain drain)
    {
        Endpoint.IsDraining = true;

        // Seen by others before the drain looks: what ends on another thread is either seen in that look or brings the next.
        _ = Interlocked.Exchange(ref _drain, drain);
    }

    /// <summary>Something that a drain may wait for has happened on another thread. Costs nothing while there is no drain.</summary>
    public void WakeDrain()
    {
        if (Volatile.Read(ref _drain) is { } drain)
        {
            Post(drain);
        }
    }

    /// <summary>Ends the thread once the present turn is over. What is still open is the owner's to close first.</summary>
    public void Dispose()
    {
        _stop.Stop();
        if (!IsCurrent && _thread.IsAlive)
        {
            _thread.Join();
        }
    }

    /// <summary>The session has inputs or commands whose outputs are to be polled in this turn.</summary>
    public void Touch(SessionDriver driver)
    {
        if (!driver.IsTouched)
        {
            driver.IsTouched = true;
            _touched.Add(driver);
        }
    }

    /// <summary>A session this side begins over a connection that it has dialled.</summary>
    public SessionDriver Connect(string peerName, PathId path, LaneConnection lane, LaneDialer dialer)
    {
        ScpSession session = Endpoint.Connect(peerName, path, NowNs);
        SessionDriver driver = Adopt(session, dialer);
        Join(driver, lane);
        return driver;
    }

    /// <summary>A further connection for a session of this side.</summary>
    public void Join(SessionDriver driver, LaneConnection lane)
    {
        if (driver.IsForgotten)
        {
            lane.Discard();
            return;
        }

        if (!driver.Session.MayOpenLane)
        {
            driver.WaitingLanes.Enqueue(lane);
            Touch(driver);
            return;
        }

        lane.Attach(this, Endpoint.OpenLane(driver.Session, NowNs));
        lane.Driver = driver;
        driver.Lanes.Add(lane);
        HandleLane(lane);
    }

    /// <summary>A connection that a peer dialled: whose session it is for, its first frame will say.</summary>
    public void Welcome(LaneConnection lane)
    {
        if (HasEnded)
        {
            // Its handshake came through while the node stopped.
            lane.Discard();
            return;
        }

        lane.Attach(this, Endpoint.AcceptLane(lane.PeerName, NowNs));
        lane.HelloDueNs = NowNs + TransportLimits.HelloTimeoutNs;
        _strangers.Add(lane);
        HandleLane(lane);
    }

    /// <summary>A connection has bytes, has room again, or is gone.</summary>
    public void HandleLane(LaneConnection lane)
    {
        if (lane.IsDetached)
        {
            return;
        }

        lane.ReadInto(Endpoint, NowNs);
        TakeAccepted();
        if (lane.Driver is null && Endpoint.SessionOf(lane.Id)?.Owner is SessionDriver owner)
        {
            _ = _strangers.Remove(lane);
            lane.Driver = owner;
            owner.Lanes.Add(lane);
        }

        if (lane.IsBroken)
        {
            Detach(lane);
        }
        else if (lane.Driver is null && !lane.TryPump(Endpoint, NowNs))
        {
            Detach(lane);
        }

        if (lane.Driver is { } driver)
        {
            Touch(driver);
        }
    }

    /// <summary>The connection is over for the core.</summary>
    public void Detach(LaneConnection lane)
    {
        if (lane.IsDetached)
        {
            return;
        }

        lane.IsDetached = true;
        _ = lane.Driver is { } driver ? driver.Lanes.Remove(lane) : _strangers.Remove(lane);
        Endpoint.LaneClosed(lane.Id, NowNs);
        lane.Close();
    }

    private void Run()
    {
        Poller.SharpenTimers();
        try
        {
            while (_stop.TakeAndGoOn())
            {
                if (!Turn())
                {
                    Sleep();
                }
            }
        }
        finally
        {
            foreach (LaneConnection lane in _strangers.ToArray())
            {
                Detach(lane);
            }

            _udp.Dispose();
            _waker.Dispose();
            Volatile.Write(ref _hasEnded, true);
            HandleMailAfterTheEnd();
        }
    }

    private void Sleep()
    {
        long dueNs = Math.Min(Math.Min(_timers.EarliestNs, StrangersDueNs()), _drain?.DueNs ?? long.MaxValue);
        long waitNs = dueNs == long.MaxValue ? long.MaxValue : Math.Max(0, dueNs - MonotonicClock.NowNs);
        if (waitNs > 0)
        {
            _ = Poller.Wait(_udp.Handle, _waker, waitNs);
        }
    }

    /// <summary>One turn; true when it left something to do at once.</summary>
    private bool Turn()
    {
        NowNs = MonotonicClock.NowNs;
        HandleMail();
        bool hasMore = ReceiveDatagrams();
        HandleTimeouts();
        ServeTouched();
        _drain?.OnTurnEnded(NowNs);
        _udp.Flush();
        return hasMore || _touched.Count > 0;
    }

    private void HandleMail()
    {
        for (MailItem? item = _mailbox.TakeAll(); item is not null;)
        {
            MailItem current = item;
            item = current.Next;
            current.Next = null;
            current.UnmarkPosted();
            current.Handle(NowNs);
        }
    }

    private void HandleMailAfterTheEnd()
    {
        lock (_mailbox)
        {
            HandleMail();
            _touched.Clear();
        }
    }

    private bool ReceiveDatagrams()
    {
        for (int batch = 0; batch < MaxBatchesATurn; batch++)
        {
            int count = _udp.Receive();
            if (count == 0)
            {
                return false;
            }

            NowNs = MonotonicClock.NowNs;
            for (int i = 0; i < count; i++)
            {
                Span<byte> datagram = _udp.Datagram(i, out PathId from);
                if (Endpoint.HandleDatagram(from, datagram, NowNs)?.Owner is SessionDriver driver)
                {
                    Touch(driver);
                }
            }
        }

        return true;
    }

    private void HandleTimeouts()
    {
        while (_timers.EarliestNs <= NowNs)
        {
            SessionDriver driver = _timers.Earliest!;
            if (driver.Session.PollTimeout() <= NowNs)
            {
                driver.Session.HandleTimeout(NowNs);
            }

            // What else was due, the driver does when it is served.
            _timers.Set(driver, Math.Max(NowNs + 1, driver.NextTimeoutNs));
            Touch(driver);
        }

        for (int i = _strangers.Count - 1; i >= 0; i--)
        {
            if (_strangers[i].HelloDueNs <= NowNs)
            {
                _events.OnHelloTimedOut(_strangers[i]);
                Detach(_strangers[i]);
            }
        }
    }

    private long StrangersDueNs()
    {
        long dueNs = long.MaxValue;
        foreach (LaneConnection lane in _strangers)
        {
            dueNs = Math.Min(dueNs, lane.HelloDueNs);
        }

        return dueNs;
    }

    /// <summary>Polls what was touched. A session that has more to send than a turn gives it is left touched.</summary>
    private void ServeTouched()
    {
        // Handlers that run inline may touch more sessions, or the same again: the list grows while it is walked.
        for (int i = 0; i < _touched.Count; i++)
        {
            SessionDriver driver = _touched[i];
            driver.IsTouched = false;
            NowNs = MonotonicClock.NowNs;
            bool hasMore = driver.Serve(NowNs);
            if (Endpoint.TryForget(driver.Session))
            {
                Forget(driver);
                continue;
            }

            _timers.Set(driver, driver.NextTimeoutNs);
            if (hasMore && !driver.IsTouched)
            {
                driver.IsTouched = true;
                _again.Add(driver);
            }
        }

        _touched.Clear();
        (_touched, _again) = (_again, _touched);
    }

    private void Forget(SessionDriver driver)
    {
        _timers.Remove(driver);
        driver.OnForgotten();
        _events.OnForgotten(driver);
    }

    private void TakeAccepted()
    {
        while (Endpoint.TryTakeAccepted(out ScpSession? session))
        {
            Touch(Adopt(session, dialer: null));
        }
    }

    private SessionDriver Adopt(ScpSession session, LaneDialer? dialer)
    {
        var driver = new SessionDriver(this, session, dialer, _events);
        session.Owner = driver;
        _timers.Set(driver, session.PollTimeout());
        Touch(driver);
        return driver;
    }
}
