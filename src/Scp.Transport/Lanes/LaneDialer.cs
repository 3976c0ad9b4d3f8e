using System.Net;
using System.Net.Sockets;
using Scp.Transport.Engine;

namespace Scp.Transport.Lanes;

/// <summary>
/// Dials the lanes of one session of this side: the first, those it wants beside it, and new ones for those it lost, all
/// at once. After a failure each waits, longer each time, for as long as the session lives.
/// </summary>
internal sealed class LaneDialer : IDisposable
{
    private readonly string _peerName;
    private readonly EndPoint _address;
    private readonly LaneHandshake _handshake;
    private readonly string? _congestionControl;
    private readonly CancellationTokenSource _stop = new();
    private readonly Action<string, Exception> _onFailed;
    private IPEndPoint? _reached;
    private Task<PeerGreeting> _greeting = Task.FromResult(PeerGreeting.Nothing);

    public LaneDialer(string peerName, EndPoint address, LaneHandshake handshake, string? congestionControl, Action<string, Exception> onFailed)
    {
        _peerName = peerName;
        _address = address;
        _handshake = handshake;
        _congestionControl = congestionControl;
        _onFailed = onFailed;
    }

    /// <summary>The address that answered.</summary>
    public IPEndPoint Reached => _reached ?? throw new InvalidOperationException("Nothing was dialled yet.");

    /// <summary>Dials once, each address that the name has in turn.</summary>
    public async Task<LaneConnection> DialAsync(CancellationToken cancellation)
    {
        SocketException? last = null;
        foreach (IPEndPoint candidate in await ResolveAsync(cancellation).ConfigureAwait(false))
        {
            if (_handshake.IsPlain && !LaneSocket.IsLoopback(candidate))
            {
                throw new ScpConnectException($"{candidate} is not a loopback address, and plain mode speaks to no other: give the node an identity.");
            }

            Socket? socket = null;
            try
            {
                // Here already: a machine may have no sockets of this family, and the name an address of the other.
                socket = LaneSocket.Create(candidate.AddressFamily, _congestionControl);
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
                timeout.CancelAfter(LaneSocket.ConnectTimeoutMs);
                await socket.ConnectAsync(candidate, timeout.Token).ConfigureAwait(false);
                if (_handshake.IsPlain)
                {
                    _greeting = PeerGreetings.PeekAsync(socket);
                }

                LaneConnection lane = await _handshake.AsInitiatorAsync(socket, _peerName, candidate, timeout.Token).ConfigureAwait(false);
                _reached = candidate;
                return lane;
            }
            catch (SocketException e)
            {
                socket?.Dispose();
                last = e;
            }
            catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested && !_stop.IsCancellationRequested)
            {
                socket?.Dispose();
                throw new ScpConnectException($"{_peerName} at {candidate} did not answer within {LaneSocket.ConnectTimeoutMs / 1000} s.", e);
            }
            catch
            {
                socket?.Dispose();
                throw;
            }
        }

        throw new ScpConnectException($"{_peerName} cannot be reached at {_address}: {last?.Message ?? "the name has no address"}.", last);
    }

    /// <summary>
    /// The peer answered the first lane with anything but a hello: what to tell of it. In plain mode its first byte says more than the
    /// session could know; with TLS that was looked at before there was a lane.
    /// </summary>
    public async Task<ScpConnectException> ExplainAsync(ScpConnectException refusal) =>
        _handshake.IsPlain
            ? new ScpConnectException(LaneHandshake.RefusalOfPlain(await _greeting.ConfigureAwait(false), _peerName, Reached), refusal)
            : refusal;

    /// <summary>The session wants one more lane. The engine's.</summary>
    public void Want(SessionDriver driver) => _ = DialUntilReachedAsync(driver);

    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    private async Task DialUntilReachedAsync(SessionDriver driver)
    {
        int waitMs = TransportLimits.MinRedialMs;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                LaneConnection lane = await DialAsync(_stop.Token).ConfigureAwait(false);
                driver.Engine.Post(new JoinMail(driver, lane));
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                _onFailed(_peerName, e);
                await DelayAsync(waitMs).ConfigureAwait(false);
                waitMs = Math.Min(2 * waitMs, TransportLimits.MaxRedialMs);
            }
        }
    }

    /// <summary>Waits about so long: peers that lost a node together shall not come back together.</summary>
    private Task DelayAsync(int waitMs) =>
        Task.Delay(Random.Shared.Next(waitMs / 2, waitMs + (waitMs / 2)), _stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default);

    private async Task<IPEndPoint[]> ResolveAsync(CancellationToken cancellation)
    {
        if (_address is IPEndPoint ip)
        {
            return [ip];
        }

        var name = (DnsEndPoint)_address;
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(name.Host, cancellation).ConfigureAwait(false);
            return Array.ConvertAll(found, address => new IPEndPoint(address, name.Port));
        }
        catch (SocketException e)
        {
            throw new ScpConnectException($"The name {name.Host} cannot be resolved: {e.Message}.", e);
        }
    }

    private sealed class JoinMail(SessionDriver driver, LaneConnection lane) : MailItem
    {
        public override void Handle(long nowNs) => driver.Engine.Join(driver, lane);
    }
}
