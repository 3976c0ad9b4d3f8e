using System.Net;
using System.Net.Sockets;
using LoadGen.Bulk;
using LoadGen.Measuring;
using LoadGen.Peers.Tcp;

namespace LoadGen.Peers.Http2;

/// <summary>HttpClient over one HTTP/2 connection with prior knowledge.</summary>
internal sealed class Http2Client : IPeerClient
{
    private readonly HttpClient _client;
    private readonly Uri _requests;
    private readonly Uri _bulk;

    private Http2Client(HttpClient client, Uri server)
    {
        _client = client;
        _requests = new Uri(server, Http2Server.RequestPath);
        _bulk = new Uri(server, Http2Server.BulkPath);
    }

    public string Name { get; private set; } = "http2";

    public int BulkChannels => 1;

    public static async Task<Http2Client> ConnectAsync(Http2Settings settings)
    {
        string congestionControl = "";
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = false,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = async (_, cancellation) =>
            {
                Socket socket = await TcpSocket.ConnectAsync(settings.Address, settings.CongestionControl, cancellation).ConfigureAwait(false);
                congestionControl = TcpSocket.CongestionControlOf(socket);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var client = new Http2Client(new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan }, new Uri($"http://{settings.Address}/"));
        int length = await client.CallAsync(RequestFormat.CreateExchange(RequestFormat.MinRequestBytes, 0), default, default).ConfigureAwait(false);
        if (length != 0)
        {
            throw new IOException($"The server at {settings.Address} does not answer as it should.");
        }

        client.Name = $"http2 {congestionControl}";
        return client;
    }

    public async ValueTask<int> CallAsync(ReadOnlyMemory<byte> request, Memory<byte> reply, CancellationToken cancellation)
    {
        using HttpRequestMessage message = CreateMessage(_requests, new ReadOnlyMemoryContent(request));
        using HttpResponseMessage response = await _client.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellation).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return -1;
        }

        byte[] payload = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        payload.AsSpan(0, Math.Min(payload.Length, reply.Length)).CopyTo(reply.Span);
        return payload.Length;
    }

    public async Task<IBulkChannel> OpenBulkAsync(CancellationToken cancellation)
    {
        var content = new Http2BulkContent();
        var give = new CancellationTokenSource();
        Task<HttpResponseMessage> response = _client.SendAsync(CreateMessage(_bulk, content), HttpCompletionOption.ResponseContentRead, give.Token);
        Stream body = await content.Opened.WaitAsync(cancellation).ConfigureAwait(false);
        return new Http2BulkChannel(content, body, response, give);
    }

    public Task<PeerCounters?> ReadCountersAsync() => Task.FromResult<PeerCounters?>(null);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static HttpRequestMessage CreateMessage(Uri uri, HttpContent content) => new(HttpMethod.Post, uri)
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = content,
    };
}
