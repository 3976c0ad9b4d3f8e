using System.Net;
using System.Net.Sockets;
using LoadGen.Measuring;
using Scp.Protocol;
using Scp.Protocol.Session;
using Scp.Transport.Engine;
using Scp.Transport.Udp;

namespace LoadGen.Peers.Bare;

/// <summary>
/// Sends every datagram back, on a thread of its own: what a round trip over UDP costs when nothing is done with it. It
/// waits as SCP's engine does, with the same system calls in the same batches, or simply blocks in the socket.
/// </summary>
internal sealed class BareEcho : IPeerServer
{
    private readonly Thread _thread;
    private readonly IDisposable _socket;
    private readonly Waker? _waker;
    private volatile bool _isStopping;

    public BareEcho(IPEndPoint address, bool blocks)
    {
        if (blocks)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(address);
            LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
            _socket = socket;
            _thread = new Thread(() => EchoBlocking(socket));
        }
        else
        {
            var socket = UdpSocket.Open(address, new UdpSocketOptions());
            LocalEndPoint = socket.LocalEndPoint;
            _socket = socket;
            _waker = new Waker();
            _thread = new Thread(() => EchoPolling(socket, _waker));
        }

        _thread.IsBackground = true;
        _thread.Start();
    }

    public IPEndPoint LocalEndPoint { get; }

    public ValueTask DisposeAsync()
    {
        _isStopping = true;
        if (_waker is not null)
        {
            _waker.Signal();
            _thread.Join();
            _waker.Dispose();
        }

        _socket.Dispose();
        _thread.Join();
        return ValueTask.CompletedTask;
    }

    private void EchoPolling(UdpSocket socket, Waker waker)
    {
        while (!_isStopping)
        {
            int count = socket.Receive();
            if (count == 0)
            {
                _ = Poller.Wait(socket.Handle, waker, long.MaxValue);
                continue;
            }

            for (int i = 0; i < count; i++)
            {
                Span<byte> datagram = socket.Datagram(i, out PathId from);
                datagram.CopyTo(socket.Reserve());
                socket.Commit(new Transmit(from, datagram.Length));
            }

            socket.Flush();
        }
    }

    private void EchoBlocking(Socket socket)
    {
        byte[] buffer = new byte[ScpLimits.MaxDatagramBytes];
        var from = new SocketAddress(socket.AddressFamily);
        try
        {
            while (true)
            {
                int length = socket.ReceiveFrom(buffer, SocketFlags.None, from);
                _ = socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, from);
            }
        }
        catch (Exception e) when (_isStopping && e is SocketException or ObjectDisposedException)
        {
            // The socket was closed, which ends the echo.
        }
    }
}
