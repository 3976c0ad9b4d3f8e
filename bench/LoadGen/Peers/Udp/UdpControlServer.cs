using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using LoadGen.Bulk;
using LoadGen.Measuring;

namespace LoadGen.Peers.Udp;

/// <summary>Answers datagrams one by one on a thread of its own: nothing is kept, nothing is sent twice.</summary>
internal sealed class UdpControlServer : IPeerServer
{
    /// <summary>Each datagram begins with the number of its request.</summary>
    public const int NumberBytes = sizeof(ulong);

    public const int MaxDatagramBytes = 65_507;

    private readonly Socket _socket;
    private readonly Responder _responder = new(new BulkLedger());
    private readonly Thread _thread;
    private bool _isStopping;

    public UdpControlServer(IPEndPoint address)
    {
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(address);
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _thread = new Thread(Serve) { IsBackground = true, Name = "udp control" };
        _thread.Start();
    }

    public IPEndPoint LocalEndPoint { get; }

    public ValueTask DisposeAsync()
    {
        Volatile.Write(ref _isStopping, true);
        _socket.Dispose();
        _thread.Join();
        return ValueTask.CompletedTask;
    }

    private void Serve()
    {
        byte[] buffer = new byte[MaxDatagramBytes];
        byte[] reply = new byte[MaxDatagramBytes];
        Span<byte> scratch = stackalloc byte[Responder.ScratchBytes];
        var from = new SocketAddress(_socket.AddressFamily);
        try
        {
            while (true)
            {
                int length = _socket.ReceiveFrom(buffer, SocketFlags.None, from);
                if (length < NumberBytes)
                {
                    continue;
                }

                ReadOnlySpan<byte> answer = _responder.Answer(buffer.AsSpan(NumberBytes, length - NumberBytes), scratch);
                BinaryPrimitives.WriteUInt64LittleEndian(reply, BinaryPrimitives.ReadUInt64LittleEndian(buffer));
                answer.CopyTo(reply.AsSpan(NumberBytes));
                _ = _socket.SendTo(reply.AsSpan(0, NumberBytes + answer.Length), SocketFlags.None, from);
            }
        }
        catch (Exception e) when (Volatile.Read(ref _isStopping) && e is SocketException or ObjectDisposedException)
        {
            // The socket was closed, which ends the server.
        }
    }
}
