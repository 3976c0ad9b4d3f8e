using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Scp.Transport.Udp.Native;

namespace Scp.Transport.Udp;

/// <summary>Makes the socket under a <see cref="UdpSocket"/>, and finds out what the kernel can do for it.</summary>
internal static class UdpSocketSetup
{
    /// <summary>The any-address of IPv6 takes both families; every other address takes its own.</summary>
    public static Socket Bind(IPEndPoint local, UdpSocketOptions options)
    {
        if (local.Address.IsIPv4MappedToIPv6)
        {
            local = new IPEndPoint(local.Address.MapToIPv4(), local.Port);
        }

        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Blocking = false;
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = local.Address.Equals(IPAddress.IPv6Any);
            }

            socket.ReceiveBufferSize = options.ReceiveBufferBytes;
            socket.SendBufferSize = options.SendBufferBytes;
            ForbidFragments(socket);
            socket.Bind(local);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Of the ways allowed, those that work here.</summary>
    public static UdpSocketMode Choose(Socket socket, UdpSocketMode allowed)
    {
        if (!allowed.HasFlag(UdpSocketMode.Batches) || !SocketCalls.Work((int)socket.Handle))
        {
            return UdpSocketMode.Managed;
        }

        UdpSocketMode mode = UdpSocketMode.Batches;
        if (allowed.HasFlag(UdpSocketMode.SplitsRuns) && KnowsSegments(socket))
        {
            mode |= UdpSocketMode.SplitsRuns;
        }

        if (allowed.HasFlag(UdpSocketMode.JoinsRuns) && TrySet(socket, SocketConstants.UdpLevel, SocketConstants.UdpGro, 1))
        {
            mode |= UdpSocketMode.JoinsRuns;
        }

        return mode;
    }

    /// <summary>What the kernel dropped since the socket was made; zero where it does not say. Its own counter has 32 bits.</summary>
    public static long ReadDrops(Socket socket)
    {
        Span<uint> words = stackalloc uint[SocketConstants.MemoryInfoWords];
        try
        {
            int bytes = socket.GetRawSocketOption(SocketConstants.SocketLevel, SocketConstants.MemoryInfo, MemoryMarshal.AsBytes(words));
            return bytes < SocketConstants.MemoryInfoWords * sizeof(uint) ? 0 : words[SocketConstants.MemoryInfoDrops];
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    /// <summary>
    /// The protocol searches the path MTU itself, so datagrams go out whole or not at all. Where the option is missing they
    /// may be cut into fragments on the way, which costs efficiency and nothing else.
    /// </summary>
    private static void ForbidFragments(Socket socket)
    {
        bool isIPv4 = socket.AddressFamily == AddressFamily.InterNetwork;
        if (!isIPv4)
        {
            _ = TrySet(socket, SocketConstants.IPv6Level, SocketConstants.IPv6MtuDiscover, SocketConstants.MtuDiscoverProbe);
        }

        if (isIPv4 || socket.DualMode)
        {
            _ = TrySet(socket, SocketConstants.IPv4Level, SocketConstants.IPv4MtuDiscover, SocketConstants.MtuDiscoverProbe);
        }
    }

    private static bool KnowsSegments(Socket socket)
    {
        try
        {
            return socket.GetRawSocketOption(SocketConstants.UdpLevel, SocketConstants.UdpSegment, stackalloc byte[sizeof(int)]) == sizeof(int);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool TrySet(Socket socket, int level, int name, int value)
    {
        try
        {
            socket.SetRawSocketOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
