using Fabric.Node;
using Scp.Transport;

namespace LoadGen.Raft;

/// <summary>A client's session with one node, opened again whenever it has ended.</summary>
internal sealed class RaftSession : IAsyncDisposable
{
    private const int RedialMs = 20;
    private const int DialMs = 2_000;

    private readonly ScpNode _node;
    private readonly NodeAddress _address;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _keeping;
    private ScpPeer? _peer;

    public RaftSession(ScpNode node, NodeAddress address)
    {
        _node = node;
        _address = address;
        _keeping = Task.Run(KeepAsync);
    }

    /// <summary>Null while there is none.</summary>
    public ScpPeer? Peer => Volatile.Read(ref _peer);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task KeepAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(DialMs);
            try
            {
                ScpPeer peer = await _node.ConnectAsync(_address.Name, _address.EndPoints[0], limit.Token).ConfigureAwait(false);
                Volatile.Write(ref _peer, peer);
                _ = await peer.Closed.WaitAsync(_stop.Token).ConfigureAwait(false);
                Volatile.Write(ref _peer, null);
            }
            catch (Exception e) when (e is ScpConnectException or OperationCanceledException)
            {
                // Tried again, or over. The load says how many of its commands found nobody.
            }

            await Task.Delay(RedialMs, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
