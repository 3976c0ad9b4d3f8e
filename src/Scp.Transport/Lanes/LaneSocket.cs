using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Scp.Transport.Lanes;

/// <summary>The options of a lane's socket.</summary>
internal static class LaneSocket
{
    private const int IpProtoTcp = 6;
    private const int TcpCongestion = 13;
    private const int TcpNotSentLowWater = 25;

    /// <summary>Bytes the kernel takes ahead of what it may send: more would only grow older there.</summary>
    private const int NotSentBytes = 128 * 1024;

    /// <summary>Largest wait for a connection to be taken.</summary>
    public const int ConnectTimeoutMs = 10_000;

    public static Socket Create(AddressFamily family, string? congestionControl)
    {
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        Configure(socket, congestionControl);
        return socket;
    }

    /// <summary>Also for accepted sockets, which inherit only some of it.</summary>
    public static void Configure(Socket socket, string? congestionControl)
    {
        socket.NoDelay = true;
        if (OperatingSystem.IsLinux())
        {
            TrySet(socket, TcpNotSentLowWater, BitConverter.GetBytes(NotSentBytes));
            if (congestionControl is not null)
            {
                TrySet(socket, TcpCongestion, Encoding.ASCII.GetBytes(congestionControl));
            }
        }
    }

    /// <summary>The congestion control in use, for statistics.</summary>
    public static string CongestionControlOf(Socket socket)
    {
        Span<byte> name = stackalloc byte[16];
        try
        {
            int length = socket.GetRawSocketOption(IpProtoTcp, TcpCongestion, name);
            return Encoding.ASCII.GetString(name[..length].TrimEnd((byte)0));
        }
        catch (SocketException)
        {
            return "unknown";
        }
    }

    public static bool IsLoopback(EndPoint? endPoint) =>
        endPoint is IPEndPoint ip && (IPAddress.IsLoopback(ip.Address) || (ip.Address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(ip.Address.MapToIPv4())));

    private static void TrySet(Socket socket, int option, byte[] value)
    {
        try
        {
            socket.SetRawSocketOption(IpProtoTcp, option, value);
        }
        catch (SocketException)
        {
            // The kernel has no such option, or not that algorithm: the connection works without, only less well.
        }
    }
}
