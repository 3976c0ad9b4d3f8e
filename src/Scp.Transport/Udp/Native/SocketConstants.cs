namespace Scp.Transport.Udp.Native;

/// <summary>Names from the headers of Linux, as far as this socket uses them.</summary>
internal static class SocketConstants
{
    /// <summary>SOL_SOCKET.</summary>
    public const int SocketLevel = 1;

    /// <summary>SO_MEMINFO: nine words about the socket's memory, the last of them the datagrams it had no room for.</summary>
    public const int MemoryInfo = 55;
    public const int MemoryInfoWords = 9;
    public const int MemoryInfoDrops = 8;

    /// <summary>IPPROTO_IP and IP_MTU_DISCOVER.</summary>
    public const int IPv4Level = 0;
    public const int IPv4MtuDiscover = 10;

    /// <summary>IPPROTO_IPV6 and IPV6_MTU_DISCOVER.</summary>
    public const int IPv6Level = 41;
    public const int IPv6MtuDiscover = 23;

    /// <summary>IP_PMTUDISC_PROBE, of both families: set don't-fragment, and do not believe what routers say of the path MTU.</summary>
    public const int MtuDiscoverProbe = 3;

    /// <summary>SOL_UDP, UDP_SEGMENT and UDP_GRO.</summary>
    public const int UdpLevel = 17;
    public const int UdpSegment = 103;
    public const int UdpGro = 104;

    /// <summary>MSG_TRUNC, MSG_DONTWAIT and MSG_NOSIGNAL.</summary>
    public const int Truncated = 0x20;
    public const int DontWait = 0x40;
    public const int NoSignal = 0x4000;

    /// <summary>AF_INET and AF_INET6.</summary>
    public const ushort FamilyIPv4 = 2;
    public const ushort FamilyIPv6 = 10;
}
