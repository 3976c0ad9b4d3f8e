using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Scp.Protocol;
using Scp.Protocol.Session;
using Scp.Transport.Udp.Native;

namespace Scp.Transport.Udp;

/// <summary>
/// A UDP socket for the one thread that owns it: nothing here blocks, waits or allocates, and no other thread may call
/// it. UDP may lose, so a datagram that the kernel refuses is counted and forgotten; only misuse throws.
/// <para>
/// Received bytes belong to the caller until the next <see cref="Receive"/>, who may overwrite them. Committed bytes
/// leave with the next <see cref="Flush"/>, in the order of their commits.
/// </para>
/// </summary>
internal abstract class UdpSocket : IDisposable
{
    private readonly OutgoingBatch _outgoing = new();
    private UdpCounters _counters;

    private protected UdpSocket(Socket socket)
    {
        Socket = socket;
        Handle = (int)socket.Handle;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        IsIPv4 = socket.AddressFamily == AddressFamily.InterNetwork;
    }

    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The file descriptor, to wait on; negative once closed, as the system may give the number to another file.</summary>
    public int Handle { get; private set; }

    /// <summary>What is in use now. A socket whose device turns out not to take runs loses <see cref="UdpSocketMode.SplitsRuns"/> for good.</summary>
    public abstract UdpSocketMode Mode { get; }

    public UdpCounters Counters => _counters;

    /// <summary>What the kernel granted, of which its bookkeeping takes about half.</summary>
    public int ReceiveBufferBytes => Socket.ReceiveBufferSize;

    /// <summary>What the kernel granted, of which its bookkeeping takes about half.</summary>
    public int SendBufferBytes => Socket.SendBufferSize;

    /// <summary>Datagrams that the kernel threw away because the receive buffer was full: it knows, the batches do not.</summary>
    public long ReceiveDrops => UdpSocketSetup.ReadDrops(Socket);

    private protected Socket Socket { get; }

    private protected bool IsIPv4 { get; }

    private protected ref UdpCounters Count => ref _counters;

    /// <summary>Binds, and picks the best way that is allowed and works here.</summary>
    public static UdpSocket Open(IPEndPoint local, UdpSocketOptions options)
    {
        Socket socket = UdpSocketSetup.Bind(local, options);
        try
        {
            UdpSocketMode mode = UdpSocketSetup.Choose(socket, options.Allowed);
            return mode == UdpSocketMode.Managed ? new ManagedUdpSocket(socket) : new BatchedUdpSocket(socket, mode);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes one batch and says how many datagrams are in it. Zero when nothing waits, or nothing of use: wait on the
    /// handle before asking again, which returns at once when there is more.
    /// </summary>
    public abstract int Receive();

    /// <summary>A datagram of the last batch, possibly empty, never longer than <see cref="ScpLimits.MaxDatagramBytes"/>.</summary>
    public abstract Span<byte> Datagram(int index, out PathId from);

    /// <summary>
    /// <see cref="ScpLimits.MaxDatagramBytes"/> to write the next datagram into. Sends what was committed if there is no room.
    /// </summary>
    public Span<byte> Reserve()
    {
        if (!_outgoing.HasRoom)
        {
            Flush();
        }

        return _outgoing.Room;
    }

    /// <summary>Takes the datagram at the start of the room last reserved.</summary>
    public void Commit(in Transmit transmit) => _outgoing.Add(transmit);

    /// <summary>Gives what was committed to the kernel, each datagram once.</summary>
    public void Flush()
    {
        if (_outgoing.Count > 0)
        {
            Send(_outgoing);
            _outgoing.Clear();
        }
    }

    public void Dispose()
    {
        Handle = -1;
        Socket.Dispose();
    }

    private protected abstract void Send(OutgoingBatch batch);

    private protected void CountSend(SendOutcome outcome, int datagrams, int bytes)
    {
        switch (outcome)
        {
            case SendOutcome.Sent:
                _counters.DatagramsSent += datagrams;
                _counters.BytesSent += bytes;
                break;
            case SendOutcome.NoRoom:
                _counters.DroppedNoRoom += datagrams;
                break;
            case SendOutcome.TooLarge:
                _counters.DroppedTooLarge += datagrams;
                break;
            default:
                _counters.DroppedRefused += datagrams;
                break;
        }
    }

    /// <summary>Errors that say that this code is wrong, not the network.</summary>
    private protected static void CheckMisuse(int error)
    {
        if (error is Errno.BadHandle or Errno.NotSocket or Errno.Fault)
        {
            ThrowMisuse(error);
        }
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected static void ThrowMisuse(int error) =>
        throw new InvalidOperationException($"The UDP socket is closed or was given wrong memory (error {error} of the system).");
}
