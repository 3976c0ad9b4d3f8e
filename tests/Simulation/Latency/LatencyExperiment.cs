using Scp.PathModel;
using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Simulation.Protocol.Nodes;

namespace Simulation.Latency;

/// <summary>
/// Small requests over a simulated path in virtual time: through two real sessions, or bare, over the same path with its
/// loss set to zero, as the control that they are held against.
/// </summary>
internal sealed class LatencyExperiment
{
    private const int HeaderBytes = 28;
    private const int BareOverheadBytes = 16;
    private const long WarmUpNs = 5_000_000_000;
    private const long DrainNs = 10_000_000_000;
    private const long SecondNs = 1_000_000_000;

    private readonly PathProfile _profile;
    private readonly LatencyTraffic _traffic;
    private readonly ulong _seed;
    private readonly Side _client;
    private readonly Side _server;
    private readonly DeliveryQueue<Flight> _wire = new(1 << 20);
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly List<long> _latenciesNs = [];
    private long _nowNs;

    private LatencyExperiment(PathProfile profile, LatencyTraffic traffic, ulong seed)
    {
        _profile = profile;
        _traffic = traffic;
        _seed = seed;
        var path = new DuplexPath(profile, seed);
        var options = new EndpointOptions();
        _client = new Side(new ScpEndpoint(options, new SimEntropy(new PathRandom(seed + 1))), path.Outgoing, new PathId(1));
        _server = new Side(new ScpEndpoint(options, new SimEntropy(new PathRandom(seed + 2))), path.Incoming, new PathId(2));
    }

    /// <summary>The requests as calls of a session.</summary>
    public static LatencyResult Run(PathProfile profile, LatencyTraffic traffic, ulong seed) =>
        new LatencyExperiment(profile, traffic, seed).RunSessions();

    /// <summary>The requests as bare datagrams over the path without its loss.</summary>
    public static LatencyResult RunControl(PathProfile profile, LatencyTraffic traffic, ulong seed)
    {
        var path = new DuplexPath(profile with { LossProbability = 0, Burst = null }, seed);
        var latencies = new List<long>();
        for (int i = 0; i < traffic.RequestsPerSecond * traffic.Seconds; i++)
        {
            long sentNs = WarmUpNs + (i * SecondNs / traffic.RequestsPerSecond);
            Verdict there = path.Outgoing.Offer(sentNs, traffic.RequestBytes + HeaderBytes + BareOverheadBytes);
            Verdict back = path.Incoming.Offer(there.First.DeliverAtNs, traffic.ReplyBytes + HeaderBytes + BareOverheadBytes);
            latencies.Add(back.First.DeliverAtNs - sentNs);
        }

        return new LatencyResult(latencies, 0);
    }

    private LatencyResult RunSessions()
    {
        Connect();
        long beginNs = _nowNs + WarmUpNs;
        int total = _traffic.RequestsPerSecond * _traffic.Seconds;
        int warmUp = (int)(WarmUpNs / SecondNs * _traffic.RequestsPerSecond);
        var request = new byte[_traffic.RequestBytes];
        SessionStatistics clientBefore = default;
        SessionStatistics serverBefore = default;
        for (int i = -warmUp; i < total; i++)
        {
            long atNs = beginNs + (i * SecondNs / _traffic.RequestsPerSecond);
            RunUntil(atNs);
            if (i == 0)
            {
                clientBefore = _client.Session!.GetStatistics(_nowNs);
                serverBefore = _server.Session!.GetStatistics(_nowNs);
            }

            var options = new MessageOptions { Context = i >= 0 ? atNs : 0, IsUrgent = _traffic.IsUrgent };
            _ = _client.Session!.TrySend(MessageKind.Request, request, options, _nowNs, out _);
        }

        RunUntil(_nowNs + DrainNs);
        SessionStatistics client = _client.Session!.GetStatistics(_nowNs);
        SessionStatistics server = _server.Session!.GetStatistics(_nowNs);
        long redundant = client.RedundantBytesSent + server.RedundantBytesSent - clientBefore.RedundantBytesSent - serverBefore.RedundantBytesSent;
        long urgent = client.UrgentBytesSent + server.UrgentBytesSent - clientBefore.UrgentBytesSent - serverBefore.UrgentBytesSent;
        long all = client.BytesSent + server.BytesSent - clientBefore.BytesSent - serverBefore.BytesSent;
        return new LatencyResult(_latenciesNs, total - _latenciesNs.Count)
        {
            BaseBytes = all - redundant - urgent,
            RedundantBytes = redundant,
            UrgentBytes = urgent,
        };
    }

    private void Connect()
    {
        _client.Session = _client.Endpoint.Connect("server", new PathId(2), _nowNs);
        _client.Lane = _client.Endpoint.OpenLane(_client.Session, _nowNs);
        _server.Lane = _server.Endpoint.AcceptLane("client", _nowNs);
        RunUntil(_nowNs + (2 * SecondNs));
        if (_server.Session is null || !_client.Session.GetStatistics(_nowNs).DatagramsOpen)
        {
            throw new InvalidOperationException($"The session did not come up over {_profile.Name}, seed {_seed}.");
        }
    }

    private void RunUntil(long endNs)
    {
        while (true)
        {
            Drain(_client, _server);
            Drain(_server, _client);
            Drain(_client, _server);
            long nextNs = Math.Min(_wire.NextAtNs, Math.Min(_client.NextTimerNs, _server.NextTimerNs));
            if (nextNs > endNs)
            {
                _nowNs = endNs;
                return;
            }

            _nowNs = Math.Max(_nowNs, nextNs);
            while (_wire.TryDequeueDue(_nowNs, out Flight flight))
            {
                if (flight.IsLane)
                {
                    _ = flight.To.Endpoint.HandleLane(flight.To.Lane, flight.Bytes, _nowNs);
                }
                else
                {
                    _ = flight.To.Endpoint.HandleDatagram(flight.From, flight.Bytes, _nowNs);
                }
            }

            _client.HandleTimeout(_nowNs);
            _server.HandleTimeout(_nowNs);
        }
    }

    private void Drain(Side side, Side peer)
    {
        if (side.Endpoint.TryTakeAccepted(out ScpSession? accepted))
        {
            side.Session = accepted;
        }

        if (side.Session is not { } session)
        {
            return;
        }

        while (session.PollEvent(_nowNs, out SessionEvent item))
        {
            if (item.Kind == SessionEventKind.Request)
            {
                _ = session.Reply(item.Id, ReplyStatus.Ok, ErrorCode.None, _buffer.AsSpan(0, _traffic.ReplyBytes), _nowNs);
            }
            else if (item is { Kind: SessionEventKind.Completed, Outcome: CallOutcome.Replied, Context: > 0 })
            {
                _latenciesNs.Add(_nowNs - item.Context);
            }
        }

        while (session.PollTransmit(_buffer, _nowNs, out Transmit transmit))
        {
            Verdict verdict = side.Path.Offer(_nowNs, transmit.Length + HeaderBytes);
            for (int copy = 0; copy < verdict.Copies; copy++)
            {
                _ = _wire.TryEnqueue(verdict[copy].DeliverAtNs, new Flight(peer, side.Address, _buffer[..transmit.Length], IsLane: false));
            }
        }

        int bytes = side.Endpoint.PollLane(side.Lane, _buffer, _nowNs);
        if (bytes > 0)
        {
            // The lane carries hellos and the first packets only: a pipe without loss is enough.
            _ = _wire.TryEnqueue(_nowNs + _profile.OneWayDelayNs, new Flight(peer, side.Address, _buffer[..bytes], IsLane: true));
        }
    }

    private readonly record struct Flight(Side To, PathId From, byte[] Bytes, bool IsLane);

    private sealed class Side(ScpEndpoint endpoint, PathDirection path, PathId address)
    {
        public ScpEndpoint Endpoint => endpoint;

        public PathDirection Path => path;

        public PathId Address => address;

        public ScpSession? Session { get; set; }

        public LaneId Lane { get; set; }

        public long NextTimerNs => Session?.PollTimeout() ?? long.MaxValue;

        public void HandleTimeout(long nowNs)
        {
            if (NextTimerNs <= nowNs)
            {
                Session!.HandleTimeout(nowNs);
            }
        }
    }
}
