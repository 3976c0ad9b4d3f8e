using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LoadGen.Bulk;
using LoadGen.Measuring;

namespace LoadGen.Peers.Udp;

/// <summary>
/// The control: one datagram there, one back, no retry and no cipher. On a path that loses nothing no exchange can be
/// quicker, so this is what others are compared with.
/// </summary>
internal sealed class UdpControlClient : IPeerClient
{
    private readonly Socket _socket;
    private readonly ConcurrentDictionary<ulong, PendingCall> _pending = new();
    private readonly Thread _thread;
    private ulong _numbers;
    private bool _isStopping;

    public UdpControlClient(IPEndPoint server)
    {
        _socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Connect(server);
        _thread = new Thread(Receive) { IsBackground = true, Name = "udp control" };
        _thread.Start();
    }

    public string Name => "udp control";

    public int BulkChannels => 0;

    public async ValueTask<int> CallAsync(ReadOnlyMemory<byte> request, Memory<byte> reply, CancellationToken cancellation)
    {
        var call = new PendingCall(reply);
        ulong number = Interlocked.Increment(ref _numbers);
        _pending[number] = call;
        await using (cancellation.UnsafeRegister(static call => ((PendingCall)call!).Fail(), call).ConfigureAwait(false))
        {
            Send(request.Span, number);
            int length = await call.Result.ConfigureAwait(false);
            _ = _pending.TryRemove(number, out _);
            return length;
        }
    }

    public Task<IBulkChannel> OpenBulkAsync(CancellationToken cancellation) => throw new NotSupportedException("The control carries no bulk.");

    public Task<PeerCounters?> ReadCountersAsync() => Task.FromResult<PeerCounters?>(null);

    public ValueTask DisposeAsync()
    {
        Volatile.Write(ref _isStopping, true);
        _socket.Dispose();
        _thread.Join();
        return ValueTask.CompletedTask;
    }

    private void Send(ReadOnlySpan<byte> request, ulong number)
    {
        Span<byte> datagram = stackalloc byte[UdpControlServer.NumberBytes + request.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(datagram, number);
        request.CopyTo(datagram[UdpControlServer.NumberBytes..]);
        _ = _socket.Send(datagram);
    }

    private void Receive()
    {
        byte[] buffer = new byte[UdpControlServer.MaxDatagramBytes];
        while (!Volatile.Read(ref _isStopping))
        {
            try
            {
                int length = _socket.Receive(buffer);
                if (length >= UdpControlServer.NumberBytes
                    && _pending.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(buffer), out PendingCall? call))
                {
                    call.Succeed(buffer.AsSpan(UdpControlServer.NumberBytes, length - UdpControlServer.NumberBytes));
                }
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // An earlier datagram found no server. Its call stays unanswered, as if the path had lost it.
            }
            catch (Exception e) when (Volatile.Read(ref _isStopping) && e is SocketException or ObjectDisposedException)
            {
                // Closed: the loop's condition ends it.
            }
        }
    }
}
