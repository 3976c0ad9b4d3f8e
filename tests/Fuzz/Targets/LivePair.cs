using Scp.Protocol.Session;

namespace Fuzz.Targets;

/// <summary>Two endpoints that have just come up over one lane; the fuzzer then plays one of them.</summary>
internal sealed class LivePair
{
    private readonly byte[] _buffer = new byte[256 * 1024];

    public LivePair()
    {
        var options = new EndpointOptions();
        Client = new ScpEndpoint(options, new CountingEntropy(1));
        Server = new ScpEndpoint(options, new CountingEntropy(500));
        ClientSession = Client.Connect("server", new PathId(2), NowNs);
        ClientLane = Client.OpenLane(ClientSession, NowNs);
        ServerLane = Server.AcceptLane("client", NowNs);
        Move(Client, ClientLane, Server, ServerLane);
        Move(Server, ServerLane, Client, ClientLane);
        if (!Server.TryTakeAccepted(out ScpSession? session) || !ClientSession.IsUp)
        {
            throw new InvalidOperationException("the pair did not come up");
        }

        ServerSession = session;
        Drain(ServerSession);
        Drain(ClientSession);
    }

    public long NowNs { get; private set; } = 1_000_000_000;

    public ScpEndpoint Client { get; }

    public ScpEndpoint Server { get; }

    public ScpSession ClientSession { get; }

    public ScpSession ServerSession { get; }

    public LaneId ClientLane { get; }

    public LaneId ServerLane { get; }

    /// <summary>Lets a session do all it wants to do after an input, and checks that it keeps its bounds.</summary>
    public void Drain(ScpSession session)
    {
        NowNs += 1_000_000;
        if (session.PollTimeout() <= NowNs)
        {
            session.HandleTimeout(NowNs);
        }

        int outputs = 0;
        while (session.PollEvent(NowNs, out _) || session.PollTransmit(_buffer, NowNs, out _))
        {
            Check.That(++outputs < 20_000, "one input causes work without end");
        }

        SessionStatistics statistics = session.GetStatistics(NowNs);
        Check.That(statistics.IncomingBytesHeld <= Scp.Protocol.ScpLimits.MaxIncomingMessageBytes + Scp.Protocol.ScpLimits.MaxMessageBytes, "more bytes are held than may be");
        Check.That(statistics.PacketsInFlight <= Scp.Protocol.ScpLimits.MaxPacketsInFlight, "more packets are in flight than may be");
    }

    public void DrainServer()
    {
        Drain(ServerSession);
        while (Server.PollLane(ServerLane, _buffer, NowNs) > 0)
        {
        }
    }

    private void Move(ScpEndpoint from, LaneId fromLane, ScpEndpoint to, LaneId toLane)
    {
        int bytes = from.PollLane(fromLane, _buffer, NowNs);
        _ = to.HandleLane(toLane, _buffer.AsSpan(0, bytes), NowNs);
    }

    private sealed class CountingEntropy(int start) : IEntropySource
    {
        private readonly Random _random = new(start);

        public void Fill(Span<byte> destination) => _random.NextBytes(destination);
    }
}
