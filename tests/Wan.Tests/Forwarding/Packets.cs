using System.Net;
using System.Net.Sockets;

namespace Wan.Tests.Forwarding;

/// <summary>IP packets of which only what the simulator looks at is filled in.</summary>
internal static class Packets
{
    public static byte[] To(IPAddress address, int payloadBytes = 8)
    {
        bool v4 = address.AddressFamily == AddressFamily.InterNetwork;
        byte[] packet = new byte[(v4 ? 20 : 40) + payloadBytes];
        packet[0] = (byte)(v4 ? 0x45 : 0x60);
        address.GetAddressBytes().CopyTo(packet, v4 ? 16 : 24);
        return packet;
    }
}
