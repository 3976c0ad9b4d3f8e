using Scp.Protocol.Session;

namespace Scp.Transport.Tests;

/// <summary>Two endpoints of the core with nothing between them, so that what the shell gives them is tried without a socket.</summary>
internal sealed class EndpointPair
{
    private const long TurnNs = 10_000_000;

    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly ScpEndpoint _client;
    private readonly ScpEndpoint _server;
    private readonly LaneId _clientLane;
    private readonly LaneId _serverLane;
    private ScpSession? _accepted;

    public EndpointPair(EndpointOptions client, EndpointOptions server)
    {
        _client = new ScpEndpoint(client, new SeededEntropy(1));
        _server = new ScpEndpoint(server, new SeededEntropy(2));
        Client = _client.Connect("server", new PathId(2), NowNs);
        _clientLane = _client.OpenLane(Client, NowNs);
        _serverLane = _server.AcceptLane("client", NowNs);
    }

    public long NowNs { get; private set; } = 1_000_000_000;

    public ScpSession Client { get; }

    public ScpSession Server => _accepted ?? throw new InvalidOperationException("The session is not accepted yet.");

    /// <summary>Bytes that the client wrote to its lane.</summary>
    public long ClientLaneBytes { get; private set; }

    /// <summary>Called with every event of the server.</summary>
    public Action<ScpSession, SessionEvent>? OnServerEvent { get; set; }

    public void Run(int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            ClientLaneBytes += MoveLane(_client, _clientLane, _server, _serverLane);
            MoveDatagrams(Client, _server, new PathId(1), onEvent: null);
            _accepted ??= _server.TryTakeAccepted(out ScpSession? session) ? session : null;
            _ = MoveLane(_server, _serverLane, _client, _clientLane);
            if (_accepted is not null)
            {
                MoveDatagrams(_accepted, _client, new PathId(2), OnServerEvent);
            }

            NowNs += TurnNs;
            Client.HandleTimeout(NowNs);
            _accepted?.HandleTimeout(NowNs);
        }
    }

    private int MoveLane(ScpEndpoint from, LaneId lane, ScpEndpoint to, LaneId peerLane)
    {
        int bytes = from.PollLane(lane, _buffer, NowNs);
        _ = to.HandleLane(peerLane, _buffer.AsSpan(0, bytes), NowNs);
        return bytes;
    }

    private void MoveDatagrams(ScpSession from, ScpEndpoint to, PathId source, Action<ScpSession, SessionEvent>? onEvent)
    {
        while (from.PollEvent(NowNs, out SessionEvent item))
        {
            onEvent?.Invoke(from, item);
        }

        while (from.PollTransmit(_buffer, NowNs, out Transmit transmit))
        {
            _ = to.HandleDatagram(source, _buffer.AsSpan(0, transmit.Length), NowNs);
        }
    }

    private sealed class SeededEntropy(int seed) : IEntropySource
    {
        private readonly Random _random = new(seed);

        public void Fill(Span<byte> destination) => _random.NextBytes(destination);
    }
}
