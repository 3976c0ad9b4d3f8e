using System.Net.Sockets;
using LoadGen.Bulk;
using LoadGen.Measuring;

namespace LoadGen.Peers.Tcp;

/// <summary>Requests in turn over so many connections; bulk over as many more.</summary>
internal sealed class TcpClient : IPeerClient
{
    private readonly TcpSettings _settings;
    private readonly TcpConnection[] _connections;
    private int _next = -1;

    private TcpClient(TcpSettings settings, TcpConnection[] connections, string congestionControl)
    {
        _settings = settings;
        _connections = connections;
        Name = $"{(settings.Keys is null ? "tcp" : "tls")} {congestionControl} ×{settings.Connections}";
    }

    public string Name { get; }

    public int BulkChannels => _settings.Connections;

    public static async Task<TcpClient> ConnectAsync(TcpSettings settings)
    {
        var connections = new TcpConnection[settings.Connections];
        string congestionControl = "";
        for (int i = 0; i < connections.Length; i++)
        {
            Socket socket = await TcpSocket.ConnectAsync(settings.Address, settings.CongestionControl, default).ConfigureAwait(false);
            congestionControl = TcpSocket.CongestionControlOf(socket);
            Stream stream = await OpenAsync(socket, settings, TcpFrame.Requests, default).ConfigureAwait(false);
            connections[i] = new TcpConnection(stream);
        }

        return new TcpClient(settings, connections, congestionControl);
    }

    public ValueTask<int> CallAsync(ReadOnlyMemory<byte> request, Memory<byte> reply, CancellationToken cancellation)
    {
        uint turn = (uint)Interlocked.Increment(ref _next);
        return _connections[turn % (uint)_connections.Length].CallAsync(request, reply, cancellation);
    }

    public async Task<IBulkChannel> OpenBulkAsync(CancellationToken cancellation)
    {
        Socket socket = await TcpSocket.ConnectAsync(_settings.Address, _settings.CongestionControl, cancellation).ConfigureAwait(false);
        return new TcpBulkChannel(socket, await OpenAsync(socket, _settings, TcpFrame.Bulk, cancellation).ConfigureAwait(false));
    }

    public Task<PeerCounters?> ReadCountersAsync() => Task.FromResult<PeerCounters?>(null);

    public async ValueTask DisposeAsync()
    {
        foreach (TcpConnection connection in _connections)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<Stream> OpenAsync(Socket socket, TcpSettings settings, byte kind, CancellationToken cancellation)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (settings.Keys is not null)
        {
            stream = await TcpTls.ConnectAsync(stream, settings.Keys, cancellation).ConfigureAwait(false);
        }

        await stream.WriteAsync(new[] { kind }, cancellation).ConfigureAwait(false);
        return stream;
    }
}
