using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LoadGen.Peers.Tcp;

/// <summary>Sockets as both TCP peers want them: no delay, and the congestion control that was asked for.</summary>
internal static class TcpSocket
{
    private const int Protocol = 6;
    private const int Congestion = 13;
    private const int MaxNameBytes = 16;

    /// <summary>A bound socket; what is accepted from it takes both settings after it.</summary>
    public static Socket Bind(IPEndPoint address, string? congestionControl)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            SetUp(socket, congestionControl);
            socket.Bind(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static async Task<Socket> ConnectAsync(IPEndPoint address, string? congestionControl, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            SetUp(socket, congestionControl);
            await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static string CongestionControlOf(Socket socket)
    {
        Span<byte> name = stackalloc byte[MaxNameBytes];
        int length = socket.GetRawSocketOption(Protocol, Congestion, name);
        return Encoding.ASCII.GetString(name[..length]).TrimEnd('\0');
    }

    private static void SetUp(Socket socket, string? congestionControl)
    {
        socket.NoDelay = true;
        if (congestionControl is null)
        {
            return;
        }

        try
        {
            socket.SetRawSocketOption(Protocol, Congestion, Encoding.ASCII.GetBytes(congestionControl));
        }
        catch (SocketException e)
        {
            throw new IOException($"The kernel has no congestion control named {congestionControl}, or does not permit it: see net.ipv4.tcp_available_congestion_control.", e);
        }
    }
}
