namespace Scp.Transport.Udp;

/// <summary>What is asked of a <see cref="UdpSocket"/>; the kernel may give less.</summary>
internal sealed record UdpSocketOptions
{
    /// <summary>
    /// Room for what arrives while the owner is at other work, and for bursts. 4 MiB hold 30 ms of 1 Gbit/s. The kernel
    /// grants at most net.core.rmem_max.
    /// </summary>
    public int ReceiveBufferBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Room for what the network device has not taken yet. The kernel grants at most net.core.wmem_max.</summary>
    public int SendBufferBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Ways that may be used if they work here.</summary>
    public UdpSocketMode Allowed { get; init; } = UdpSocketMode.All;
}
