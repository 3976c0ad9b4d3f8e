using System.Net;
using System.Net.Sockets;
using Scp.Protocol;
using Scp.Protocol.Session;

namespace Scp.Transport.Udp;

/// <summary>
/// One datagram a call, through <see cref="Socket"/> alone, where nothing better works. A refused datagram costs an
/// exception here, caught at once.
/// </summary>
internal sealed class ManagedUdpSocket : UdpSocket
{
    /// <summary>One byte longer than what is let through, so that a longer datagram shows.</summary>
    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(ScpLimits.MaxDatagramBytes + 1, pinned: true);
    private readonly SocketAddress _from;
    private readonly SocketAddress _to;
    private int _length = -1;

    internal ManagedUdpSocket(Socket socket)
        : base(socket)
    {
        _from = new SocketAddress(socket.AddressFamily);
        _to = new SocketAddress(socket.AddressFamily);
    }

    public override UdpSocketMode Mode => UdpSocketMode.Managed;

    public override int Receive()
    {
        _length = -1;
        Count.ReceiveCalls++;

        // Asked first, since receiving from an empty socket throws.
        if (!Socket.Poll(0, SelectMode.SelectRead) || !TryReceive(out int length))
        {
            return 0;
        }

        if (length > ScpLimits.MaxDatagramBytes)
        {
            Count.ReceivedTooLarge++;
            return 0;
        }

        _length = length;
        Count.DatagramsReceived++;
        Count.BytesReceived += length;
        return 1;
    }

    public override Span<byte> Datagram(int index, out PathId from)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(index, 0);
        ArgumentOutOfRangeException.ThrowIfNegative(_length, nameof(index));
        from = SocketAddressBytes.Read(_from.Buffer.Span[.._from.Size]);
        return _received.AsSpan(0, _length);
    }

    private protected override void Send(OutgoingBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            ReadOnlySpan<byte> bytes = batch.BytesOf(i);
            SendOutcome outcome = TryAddress(batch.PathOf(i)) ? SendOne(bytes) : SendOutcome.Refused;
            CountSend(outcome, 1, bytes.Length);
        }
    }

    private bool TryReceive(out int length)
    {
        try
        {
            length = Socket.ReceiveFrom(_received, SocketFlags.None, _from);
            return true;
        }
        catch (SocketException e)
        {
            CheckMisuse(e.NativeErrorCode);
            if (e.SocketErrorCode != SocketError.WouldBlock)
            {
                Count.ReceiveErrors++;
            }

            length = 0;
            return false;
        }
    }

    private SendOutcome SendOne(ReadOnlySpan<byte> bytes)
    {
        Count.SendCalls++;
        try
        {
            _ = Socket.SendTo(bytes, SocketFlags.None, _to);
            return SendOutcome.Sent;
        }
        catch (SocketException e)
        {
            CheckMisuse(e.NativeErrorCode);
            return SendOutcomes.Of(e.NativeErrorCode);
        }
    }

    private bool TryAddress(PathId path)
    {
        Span<byte> address = _to.Buffer.Span;
        if (IsIPv4)
        {
            return SocketAddressBytes.TryWriteIPv4(path, address);
        }

        SocketAddressBytes.WriteIPv6(path, address);
        return true;
    }
}
