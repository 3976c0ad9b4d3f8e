using Scp.Protocol.Session;

namespace Scp.Protocol.Tests.Session;

/// <summary>
/// Two endpoints joined by a link with a fixed delay, a filter that may drop datagrams, and one lane that can be cut. No
/// clock but <see cref="NowNs"/>, which moves when the pair runs.
/// </summary>
internal sealed class SessionPair
{
    public const long DelayNs = 20_000_000;

    private readonly List<(long AtNs, long Order, Action Deliver)> _wire = [];
    private readonly byte[] _buffer = new byte[256 * 1024];
    private long _order;

    public SessionPair(EndpointOptions? options = null)
        : this(options ?? new EndpointOptions(), options ?? new EndpointOptions())
    {
    }

    public SessionPair(EndpointOptions client, EndpointOptions server)
    {
        Client = new Side(this, "client", new ScpEndpoint(client, new SeededEntropy(1)), new PathId(1));
        Server = new Side(this, "server", new ScpEndpoint(server, new SeededEntropy(2)), new PathId(2));
        Client.Peer = Server;
        Server.Peer = Client;
        Client.Session = Client.Endpoint.Connect("server", Server.Address, NowNs);
    }

    public long NowNs { get; private set; } = 1_000_000_000;

    public Side Client { get; }

    public Side Server { get; }

    /// <summary>Decides whether a datagram, given its sender and its number among those sent, is lost.</summary>
    public Func<Side, long, bool> DropDatagram { get; set; } = (_, _) => false;

    public bool IsLaneUp => Client.Lane is not null;

    /// <summary>How long bytes on the lane take, which may be far longer than datagrams when TCP's buffers are full.</summary>
    public long LaneDelayNs { get; set; } = DelayNs;

    /// <summary>What is written to the lane goes nowhere, and neither side is told.</summary>
    public bool IsLaneSilent { get; set; }

    /// <summary>Bytes that were written to the lane, both ways.</summary>
    public long LaneBytes { get; private set; }

    public void OpenLane()
    {
        LaneId client = Client.Endpoint.OpenLane(Client.Session!, NowNs);
        LaneId server = Server.Endpoint.AcceptLane("client", NowNs);
        Client.Lane = client;
        Server.Lane = server;
    }

    public void CutLane()
    {
        LaneId client = Client.Lane!.Value;
        LaneId server = Server.Lane!.Value;
        Client.Lane = null;
        Server.Lane = null;
        Client.Endpoint.LaneClosed(client, NowNs);
        Server.Endpoint.LaneClosed(server, NowNs);
    }

    /// <summary>Opens the first lane and runs until both sides are up and datagrams flow.</summary>
    public SessionPair Connected()
    {
        OpenLane();
        RunFor(500_000_000);
        Assert.That(Client.Session!.IsUp && Server.Session!.IsUp, "the session did not come up");
        return this;
    }

    /// <summary>Time passes in which neither side runs.</summary>
    public void StandStill(long durationNs) => NowNs += durationNs;

    public void RunFor(long durationNs)
    {
        long endNs = NowNs + durationNs;
        for (int steps = 0; steps < 1_000_000; steps++)
        {
            Settle();
            long nextNs = Math.Min(Client.NextTimerNs, Server.NextTimerNs);
            if (_wire.Count > 0)
            {
                nextNs = Math.Min(nextNs, _wire.Min(item => item.AtNs));
            }

            if (nextNs > endNs)
            {
                NowNs = endNs;
                return;
            }

            NowNs = Math.Max(NowNs, nextNs);
            DeliverDue();
            Client.HandleTimeouts();
            Server.HandleTimeouts();
        }

        Assert.Fail("The pair does not come to rest: a timer stays due.");
    }

    private void Settle()
    {
        while (Client.Drain() | Server.Drain())
        {
        }
    }

    private void DeliverDue()
    {
        while (true)
        {
            int best = -1;
            for (int i = 0; i < _wire.Count; i++)
            {
                if (_wire[i].AtNs <= NowNs && (best < 0 || _wire[i].Order < _wire[best].Order))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                return;
            }

            Action deliver = _wire[best].Deliver;
            _wire.RemoveAt(best);
            deliver();
        }
    }

    internal sealed class Side(SessionPair pair, string name, ScpEndpoint endpoint, PathId address)
    {
        private long _sent;

        public string Name => name;

        public ScpEndpoint Endpoint => endpoint;

        public PathId Address { get; set; } = address;

        public Side Peer { get; set; } = null!;

        public ScpSession? Session { get; set; }

        public LaneId? Lane { get; set; }

        public List<(SessionEvent Event, byte[] Payload)> Events { get; } = [];

        /// <summary>Called with each event before it is recorded.</summary>
        public Action<ScpSession, SessionEvent>? OnEvent { get; set; }

        public long DatagramsSent => _sent;

        public long NextTimerNs => Session?.PollTimeout() ?? long.MaxValue;

        public IEnumerable<(SessionEvent Event, byte[] Payload)> Of(SessionEventKind kind) => Events.Where(item => item.Event.Kind == kind);

        public void HandleTimeouts()
        {
            if (Session is { } session && session.PollTimeout() <= pair.NowNs)
            {
                session.HandleTimeout(pair.NowNs);
            }
        }

        public bool Drain()
        {
            bool any = false;
            if (endpoint.TryTakeAccepted(out ScpSession? accepted))
            {
                Session = accepted;
            }

            if (Session is not { } session)
            {
                return false;
            }

            while (session.PollEvent(pair.NowNs, out SessionEvent item))
            {
                any = true;
                OnEvent?.Invoke(session, item);
                Events.Add((item, item.Payload.ToArray()));
            }

            while (session.PollTransmit(pair._buffer, pair.NowNs, out Transmit transmit))
            {
                any = true;
                _sent++;
                if (!pair.DropDatagram(this, _sent))
                {
                    byte[] datagram = pair._buffer[..transmit.Length];
                    PathId from = Address;
                    Send(() => _ = Peer.Endpoint.HandleDatagram(from, datagram, pair.NowNs));
                }
            }

            return PollLane() || any;
        }

        private bool PollLane()
        {
            if (Lane is not { } lane)
            {
                return false;
            }

            int bytes = endpoint.PollLane(lane, pair._buffer, pair.NowNs);
            pair.LaneBytes += bytes;
            if (bytes > 0 && !pair.IsLaneSilent)
            {
                byte[] data = pair._buffer[..bytes];
                LaneId peer = Peer.Lane!.Value;
                Send(() => _ = Peer.Endpoint.HandleLane(peer, data, pair.NowNs), pair.LaneDelayNs);
            }

            return bytes > 0;
        }

        private void Send(Action deliver, long delayNs = DelayNs) => pair._wire.Add((pair.NowNs + delayNs, pair._order++, deliver));
    }
}
