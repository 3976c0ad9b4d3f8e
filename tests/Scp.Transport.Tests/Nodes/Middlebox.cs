using System.Net;
using System.Net.Sockets;

namespace Scp.Transport.Tests.Nodes;

/// <summary>
/// Something that stands between a client and a server on real sockets, and makes trouble: cuts connections, swallows
/// datagrams, gives the client a new address. It listens for both on one port, as a server does.
/// </summary>
internal sealed class Middlebox : IAsyncDisposable
{
    private readonly IPEndPoint _server;
    private readonly Socket _udp;
    private readonly TcpListener _tcp;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private readonly List<Socket> _connections = [];
    private readonly List<byte[]> _heard = [];
    private readonly List<List<byte[]>> _said = [];
    private Socket? _upstream;
    private EndPoint? _client;

    public Middlebox(IPEndPoint server)
    {
        _server = server;
        _tcp = new TcpListener(IPAddress.Loopback, 0);
        _tcp.Start();
        _udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _udp.Bind(_tcp.LocalEndpoint);
        ChangeAddress();
        _loops.Add(Task.Run(AcceptLoopAsync));
        _loops.Add(Task.Run(ClientLoopAsync));
    }

    public IPEndPoint EndPoint => (IPEndPoint)_tcp.LocalEndpoint;

    public bool BlocksDatagrams { get; set; }

    public bool RefusesConnections { get; set; }

    /// <summary>Where its connections to the server come from.</summary>
    public IPAddress Source { get; set; } = IPAddress.Loopback;

    /// <summary>Bytes that went through connections, both ways together.</summary>
    public int BytesThroughLanes { get; private set; }

    /// <summary>What the client said on each of its connections, in the pieces in which it came.</summary>
    public IReadOnlyList<IReadOnlyList<byte[]>> Said
    {
        get
        {
            lock (_said)
            {
                return [.. _said.Select(pieces => pieces.ToArray())];
            }
        }
    }

    /// <summary>The client's datagrams.</summary>
    public IReadOnlyList<byte[]> Heard
    {
        get
        {
            lock (_heard)
            {
                return [.. _heard];
            }
        }
    }

    public void CutLanes()
    {
        lock (_connections)
        {
            foreach (Socket connection in _connections)
            {
                // With no time to linger: reset. One that has ended meanwhile is closed already.
                connection.Close(0);
            }

            _connections.Clear();
        }
    }

    /// <summary>From now on the client's datagrams reach the server from another address.</summary>
    public void ChangeAddress()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Interlocked.Exchange(ref _upstream, socket)?.Dispose();
        _loops.Add(Task.Run(() => ServerLoopAsync(socket)));
    }

    /// <summary>Sends bytes to the server as if they came from the client.</summary>
    public void Inject(ReadOnlySpan<byte> datagram) => _upstream!.SendTo(datagram, SocketFlags.None, _server);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _tcp.Dispose();
        _udp.Dispose();
        _upstream?.Dispose();
        CutLanes();
        await Task.WhenAll(_loops);
        _stop.Dispose();
    }

    private async Task ClientLoopAsync()
    {
        byte[] buffer = new byte[65536];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult got = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                _client = got.RemoteEndPoint;
                lock (_heard)
                {
                    _heard.Add(buffer.AsSpan(0, got.ReceivedBytes).ToArray());
                }

                if (!BlocksDatagrams)
                {
                    _ = await _upstream!.SendToAsync(buffer.AsMemory(0, got.ReceivedBytes), _server, _stop.Token);
                }
            }
            catch (Exception e) when (IsEnd(e))
            {
            }
        }
    }

    private async Task ServerLoopAsync(Socket socket)
    {
        byte[] buffer = new byte[65536];
        while (!_stop.IsCancellationRequested && ReferenceEquals(socket, Volatile.Read(ref _upstream)))
        {
            try
            {
                SocketReceiveFromResult got = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                if (!BlocksDatagrams && _client is { } client)
                {
                    _ = await _udp.SendToAsync(buffer.AsMemory(0, got.ReceivedBytes), client, _stop.Token);
                }
            }
            catch (Exception e) when (IsEnd(e))
            {
            }
        }
    }

    private async Task AcceptLoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                TcpClient near = await _tcp.AcceptTcpClientAsync(_stop.Token);
                if (RefusesConnections)
                {
                    near.Dispose();
                    continue;
                }

                var far = new TcpClient(new IPEndPoint(Source, 0));
                await far.ConnectAsync(_server);
                lock (_connections)
                {
                    _connections.Add(near.Client);
                    _connections.Add(far.Client);
                }

                List<byte[]> said = [];
                lock (_said)
                {
                    _said.Add(said);
                }

                _loops.Add(Task.Run(() => CopyAsync(near, far, said)));
                _loops.Add(Task.Run(() => CopyAsync(far, near, record: null)));
            }
            catch (Exception e) when (IsEnd(e))
            {
            }
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, List<byte[]>? record)
    {
        byte[] buffer = new byte[16384];
        try
        {
            while (true)
            {
                int bytes = await from.GetStream().ReadAsync(buffer, _stop.Token);
                if (bytes == 0)
                {
                    break;
                }

                BytesThroughLanes += bytes;
                lock (_said)
                {
                    record?.Add(buffer[..bytes]);
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, bytes), _stop.Token);
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
        }

        from.Dispose();
        to.Dispose();
    }

    private static bool IsEnd(Exception e) =>
        e is OperationCanceledException or SocketException or ObjectDisposedException or IOException or InvalidOperationException;
}
