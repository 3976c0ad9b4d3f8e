using System.Net;

namespace Wan.Forwarding;

/// <summary>
/// Who has which address: node K is 10.77.0.K and fd77::K. Nothing else of a packet decides where it goes, so every protocol
/// above IP is treated alike.
/// </summary>
internal static class AddressPlan
{
    public const int MinNodes = 2;

    public const int MaxNodes = 8;

    public const int PrefixBitsV4 = 24;

    public const int PrefixBitsV6 = 64;

    /// <summary>Nodes are counted from 1; this is no node.</summary>
    public const int NoNode = 0;

    private const int HeaderBytesV4 = 20;
    private const int HeaderBytesV6 = 40;
    private const int DestinationV4 = 16;
    private const int DestinationV6 = 24;

    private static ReadOnlySpan<byte> NetworkV4 => [10, 77, 0];

    private static ReadOnlySpan<byte> NetworkV6 => [0xfd, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static IPAddress V4(int node) => new([.. NetworkV4, (byte)node]);

    public static IPAddress V6(int node) => new([.. NetworkV6, (byte)node]);

    /// <summary>The node that an IP packet is for, or <see cref="NoNode"/>: multicast, broadcast, strangers, and what is not IP.</summary>
    public static int DestinationOf(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty)
        {
            return NoNode;
        }

        return (packet[0] >> 4) switch
        {
            4 when packet.Length >= HeaderBytesV4 => NodeIn(packet[DestinationV4..], NetworkV4),
            6 when packet.Length >= HeaderBytesV6 => NodeIn(packet[DestinationV6..], NetworkV6),
            _ => NoNode,
        };
    }

    private static int NodeIn(ReadOnlySpan<byte> address, ReadOnlySpan<byte> network)
    {
        int node = address[network.Length];
        return address[..network.Length].SequenceEqual(network) && node <= MaxNodes ? node : NoNode;
    }
}
