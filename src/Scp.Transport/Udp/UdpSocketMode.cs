namespace Scp.Transport.Udp;

/// <summary>How a <see cref="UdpSocket"/> talks to the kernel. Without any flag it makes one managed call for each datagram.</summary>
[Flags]
internal enum UdpSocketMode
{
    Managed = 0,

    /// <summary>Many datagrams a call, by sendmmsg and recvmmsg. The other flags need this one.</summary>
    Batches = 1,

    /// <summary>A run of equal datagrams goes down the network stack as one, and is cut at its lower end (GSO, UDP_SEGMENT).</summary>
    SplitsRuns = 2,

    /// <summary>A run of equal datagrams comes up the network stack as one, and is cut here (GRO, UDP_GRO).</summary>
    JoinsRuns = 4,

    All = Batches | SplitsRuns | JoinsRuns,
}
