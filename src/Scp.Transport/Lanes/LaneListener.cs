using System.Net;
using System.Net.Sockets;
using Scp.Transport.Engine;

namespace Scp.Transport.Lanes;

/// <summary>
/// Accepts connections, decides by count alone whether each may begin a handshake, and gives those that come through it
/// to the engine. Nothing of a refused connection is read.
/// </summary>
internal sealed class LaneListener : IDisposable
{
    private readonly Socket _socket;
    private readonly ScpEngine _engine;
    private readonly LaneHandshake _handshake;
    private readonly HandshakeGate _gate;
    private readonly string? _congestionControl;
    private readonly Action<EndPoint, Exception> _onFailed;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public LaneListener(Socket bound, ScpEngine engine, LaneHandshake handshake, HandshakeLimits limits, string? congestionControl, Action<EndPoint, Exception> onFailed)
    {
        _socket = bound;
        _engine = engine;
        _handshake = handshake;
        _gate = new HandshakeGate(limits, MonotonicClock.NowNs);
        _congestionControl = congestionControl;
        _onFailed = onFailed;
    }

    /// <summary>A bound socket; the port may be left to the kernel.</summary>
    public static Socket Bind(IPEndPoint local)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = local.Address.Equals(IPAddress.IPv6Any);
            }

            socket.Bind(local);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Start()
    {
        LaneSocket.Configure(_socket, _congestionControl);
        _socket.Listen(512);
        _loop = Task.Run(AcceptLoopAsync);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _loop.ConfigureAwait(false);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptLoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket accepted;
            try
            {
                accepted = await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // The peer was gone before it was taken, or this process has no descriptor left; in that case only time helps.
                ScpTelemetry.OnAcceptFailed(e.SocketErrorCode);
                await Task.Delay(TransportLimits.MinRedialMs).ConfigureAwait(false);
                continue;
            }

            if (accepted.RemoteEndPoint is IPEndPoint remote && MayEnter(remote))
            {
                _ = HandshakeAsync(accepted, remote);
            }
            else
            {
                // Reset rather than closed: nothing of it stays behind here.
                accepted.Close(0);
            }
        }
    }

    private bool MayEnter(IPEndPoint remote)
    {
        if (_handshake.IsPlain && !LaneSocket.IsLoopback(remote))
        {
            ScpTelemetry.OnHandshakeRefused("plain");
            return false;
        }

        HandshakeVerdict verdict = _engine.Endpoint.Sessions.Count < TransportLimits.MaxSessions
            ? _gate.TryEnter(remote.Address, MonotonicClock.NowNs)
            : HandshakeVerdict.Room;
        string reason = verdict switch
        {
            HandshakeVerdict.Enter => "",
            HandshakeVerdict.Room => "room",
            HandshakeVerdict.Share => "share",
            _ => "rate",
        };
        if (reason.Length > 0)
        {
            ScpTelemetry.OnHandshakeRefused(reason);
        }

        return reason.Length == 0;
    }

    private async Task HandshakeAsync(Socket accepted, IPEndPoint remote)
    {
        LaneConnection? lane = null;
        try
        {
            if (_handshake.IsPlain)
            {
                _ = TellOfTlsAsync(accepted, remote);
            }

            LaneSocket.Configure(accepted, _congestionControl);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            timeout.CancelAfter(TransportLimits.HandshakeTimeoutMs);
            lane = await _handshake.AsAcceptorAsync(accepted, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            accepted.Dispose();
            ScpTelemetry.OnHandshakeFailed();
            _onFailed(remote, e);
        }
        finally
        {
            _gate.Leave(remote.Address);
        }

        // After it has left: a peer that has its answer and dials again finds the place free.
        if (lane is not null)
        {
            _engine.Post(new WelcomeMail(_engine, lane));
        }
    }

    /// <summary>The engine refuses what is no hello, without knowing what it was.</summary>
    private async Task TellOfTlsAsync(Socket accepted, IPEndPoint remote)
    {
        if (await LaneHandshake.RefusalOfTlsAsync(accepted).ConfigureAwait(false) is { } refusal)
        {
            ScpTelemetry.OnHandshakeFailed();
            _onFailed(remote, refusal);
        }
    }

    private sealed class WelcomeMail(ScpEngine engine, LaneConnection lane) : MailItem
    {
        public override void Handle(long nowNs) => engine.Welcome(lane);
    }
}
