using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Scp.Protocol;
using Scp.Protocol.Crypto;
using Scp.Protocol.Session;
using Scp.Transport.Compression;
using Scp.Transport.Crypto;
using Scp.Transport.Engine;
using Scp.Transport.Lanes;
using Scp.Transport.Udp;

namespace Scp.Transport;

/// <summary>
/// A node: one port for UDP and TCP, the sessions with its peers, and the handlers of what they send. Dispose it, or
/// better <see cref="StopAsync"/> it, when done.
/// </summary>
public sealed class ScpNode : IAsyncDisposable
{
    private const int BindTries = 16;

    private readonly ScpNodeOptions _options;
    private readonly LaneHandshake _handshake;
    private readonly ScpEngine _engine;
    private readonly Drain _drain;
    private readonly LaneListener? _listener;
    private readonly ConcurrentDictionary<SessionDriver, bool> _drivers = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isStopped;

    private ScpNode(ScpNodeOptions options)
    {
        _options = options;
        _handshake = new LaneHandshake(options.Identity);
        if (_handshake.IsPlain && !LaneSocket.IsLoopback(options.Listen))
        {
            throw new ArgumentException($"{options.Listen} is not a loopback address, and a node without identity speaks to no other: give it an identity, or let it listen on 127.0.0.1.");
        }

        options.Handlers.Freeze();
        EndpointOptions endpoint = ToEndpoint(options);
        if (endpoint.Validate() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        (UdpSocket udp, Socket? tcp) = Bind(options);
        LocalEndPoint = udp.LocalEndPoint;
        _engine = new ScpEngine(endpoint, udp, new Events(this), $"scp {LocalEndPoint.Port}");
        _drain = new Drain(_engine);
        _listener = tcp is null ? null : new LaneListener(tcp, _engine, _handshake, options.Handshakes, options.CongestionControl, OnHandshakeFailed);
    }

    /// <summary>Where the node can be reached, the port filled in.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The sessions that are up.</summary>
    public IEnumerable<ScpPeer> Peers => _drivers.Where(entry => entry.Value).Select(entry => entry.Key.Peer);

    /// <summary>Binds and begins to serve.</summary>
    public static ScpNode Start(ScpNodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var node = new ScpNode(options);
        node._engine.Start();
        try
        {
            node._listener?.Start();
            ScpTelemetry.Add(node);
            return node;
        }
        catch
        {
            node._engine.Dispose();
            node._listener?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens a session with the node of this name at this address; each call opens another. Throws
    /// <see cref="ScpConnectException"/> with the reason when the peer cannot be reached, is not who it should be, or refuses.
    /// </summary>
    public async Task<ScpPeer> ConnectAsync(string peerName, EndPoint address, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(peerName);
        ArgumentNullException.ThrowIfNull(address);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isStopped) != 0, this);
        var dialer = new LaneDialer(peerName, address, _handshake, _options.CongestionControl, OnDialFailed);
        LaneConnection lane = await dialer.DialAsync(cancellation).ConfigureAwait(false);
        var request = new ConnectRequest(this, dialer, lane);
        _engine.Post(request);
        SessionDriver driver = await request.Result.ConfigureAwait(false);
        try
        {
            await driver.Up.WaitAsync(cancellation).ConfigureAwait(false);
            return driver.Peer;
        }
        catch (ScpConnectException e) when (driver.IsTurnedAway)
        {
            throw await dialer.ExplainAsync(e).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Not before it is up: a session that ends earlier has no way to say so, and a peer that has read the hello would
            // keep it until its idle timeout.
            _ = driver.Up.ContinueWith(_ => driver.Peer.CloseAsync(ErrorCode.Cancelled), TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>
    /// Takes no new sessions, gives handlers this long to end and their answers to arrive, tells all peers goodbye and stops. Whoever calls it
    /// while the node is stopping waits for the same end, and may bring it nearer but not put it off.
    /// </summary>
    public Task StopAsync(TimeSpan grace)
    {
        _drain.EndGraceBy(MonotonicClock.After(MonotonicClock.NowNs, grace));
        if (Interlocked.Exchange(ref _isStopped, 1) == 0)
        {
            _ = StopOnceAsync();
        }

        return _stopped.Task;
    }

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero).ConfigureAwait(false);

    private async Task StopOnceAsync()
    {
        try
        {
            await StopPartsAsync().ConfigureAwait(false);
            _ = _stopped.TrySetResult();
        }
        catch (Exception e)
        {
            _ = _stopped.TrySetException(e);
        }
    }

    private async Task StopPartsAsync()
    {
        if (_listener is not null)
        {
            await _listener.StopAsync().ConfigureAwait(false);
        }

        _engine.Post(_drain);
        await _drain.Done.ConfigureAwait(false);
        ScpTelemetry.Remove(this);
        _engine.Dispose();
        _listener?.Dispose();
    }

    private static EndpointOptions ToEndpoint(ScpNodeOptions options) => new()
    {
        Lanes = options.Lanes,
        BeatNs = (long)(options.Beat.TotalMilliseconds * 1e6),
        IdleTimeoutNs = (long)(options.IdleTimeout.TotalMilliseconds * 1e6),
        Slots = options.Slots,
        StreamWindowBytes = options.StreamWindowBytes,
        UseRedundancy = options.UseRedundancy,
        Protection = options.Identity is null ? PacketProtectionFactory.Plain : PacketCiphers.Best,
        ChunkCodec = options.Compresses && Lz4Codec.TryLoad(out Lz4Codec? codec, out _) ? codec : null,
    };

    /// <summary>Both sockets on one port. Where the kernel chooses, what is free for UDP may be taken for TCP: then again.</summary>
    private static (UdpSocket Udp, Socket? Tcp) Bind(ScpNodeOptions options)
    {
        for (int attempt = 1; ; attempt++)
        {
            Socket? tcp = options.AcceptsSessions ? LaneListener.Bind(options.Listen) : null;
            int port = tcp is null ? options.Listen.Port : ((IPEndPoint)tcp.LocalEndPoint!).Port;
            try
            {
                return (UdpSocket.Open(new IPEndPoint(options.Listen.Address, port), options.Udp), tcp);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && options.Listen.Port == 0 && attempt < BindTries)
            {
                tcp?.Dispose();
            }
            catch
            {
                tcp?.Dispose();
                throw;
            }
        }
    }

    /// <summary>Tells the program. What it throws there would end an engine, or leave a caller waiting: it is counted instead.</summary>
    private void Report(string problem, Exception? failure)
    {
        try
        {
            _options.OnProblem?.Invoke(problem, failure);
        }
        catch (Exception)
        {
            ScpTelemetry.OnCallbackFailed();
        }
    }

    private void OnDialFailed(string peerName, Exception failure) =>
        Report($"A lane to {peerName} could not be opened: {failure.Message}", null);

    private void OnHandshakeFailed(EndPoint remote, Exception failure) =>
        Report($"A connection from {remote} was refused: {failure.Message}", null);

    private sealed class Events(ScpNode node) : EngineEvents
    {
        public override ScpHandlers Handlers => node._options.Handlers;

        public override void OnUp(SessionDriver driver)
        {
            node._drivers[driver] = true;
            try
            {
                node._options.OnPeer?.Invoke(driver.Peer);
            }
            catch (Exception e)
            {
                node.Report($"The listener to peers failed for {driver.Session.PeerName}.", e);
            }
        }

        public override void OnForgotten(SessionDriver driver) => _ = node._drivers.TryRemove(driver, out _);

        public override void OnHelloTimedOut(LaneConnection lane)
        {
            ScpTelemetry.OnHelloTimedOut();
            node.Report($"{lane.PeerName} connected and said no hello.", null);
        }

        public override void OnHandlerFailed(SessionDriver driver, uint topic, Exception failure)
        {
            ScpTelemetry.OnHandlerFailed();
            node.Report($"The handler of topic {topic} failed for {driver.Session.PeerName}.", failure);
        }

        public override void OnPathEvent(SessionDriver driver, SessionEventKind kind)
        {
            if (kind == SessionEventKind.DatagramsBlocked)
            {
                node.Report($"Datagrams to {driver.Session.PeerName} do not get through: everything moves by lane until they do.", null);
            }
        }
    }

    private sealed class ConnectRequest(ScpNode node, LaneDialer dialer, LaneConnection lane) : MailItem
    {
        private readonly TaskCompletionSource<SessionDriver> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<SessionDriver> Result => _result.Task;

        public override void Handle(long nowNs)
        {
            if (Volatile.Read(ref node._isStopped) != 0)
            {
                lane.Discard();
                _ = _result.TrySetException(new ObjectDisposedException(nameof(ScpNode)));
                return;
            }

            SessionDriver driver = node._engine.Connect(lane.PeerName, PathAddress.ToPath(dialer.Reached), lane, dialer);
            _ = node._drivers.TryAdd(driver, false);
            _ = _result.TrySetResult(driver);
        }
    }
}
