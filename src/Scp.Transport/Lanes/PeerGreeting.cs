using System.Net.Sockets;

namespace Scp.Transport.Lanes;

/// <summary>How a peer begins to speak, by its first byte: who speaks TLS to plain mode, or the reverse, is told so.</summary>
internal enum PeerGreeting
{
    /// <summary>It said nothing before the connection ended.</summary>
    Nothing,

    /// <summary>A TLS record.</summary>
    Tls,

    /// <summary>A frame of a lane, as in plain mode.</summary>
    Plain,

    /// <summary>Neither.</summary>
    Other,
}

/// <summary>Looks at a peer's first byte and leaves it where it is.</summary>
internal static class PeerGreetings
{
    private const byte FirstTlsRecord = 0x14;
    private const byte LastTlsRecord = 0x17;
    private const byte FirstFrame = 0x01;
    private const byte LastFrame = 0x06;

    /// <summary>
    /// Ends with the first byte, or with the connection. To be called before anything else reads: reads are served in their
    /// order, so what others have read is known here.
    /// </summary>
    public static async Task<PeerGreeting> PeekAsync(Socket socket)
    {
        byte[] first = new byte[1];
        try
        {
            return await socket.ReceiveAsync(first, SocketFlags.Peek).ConfigureAwait(false) == 0 ? PeerGreeting.Nothing : Of(first[0]);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return PeerGreeting.Nothing;
        }
    }

    public static PeerGreeting Of(byte first) => first switch
    {
        >= FirstTlsRecord and <= LastTlsRecord => PeerGreeting.Tls,
        >= FirstFrame and <= LastFrame => PeerGreeting.Plain,
        _ => PeerGreeting.Other,
    };
}
