using System.Net;

namespace LoadGen.Peers.Tcp;

/// <summary>How the TCP peer runs.</summary>
internal sealed record TcpSettings
{
    public required IPEndPoint Address { get; init; }

    public int Connections { get; init; } = 1;

    /// <summary>By its name in the kernel; null for the kernel's own choice.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>TLS 1.3 with the certificates of this directory (see `loadgen scp keys`); null for bare TCP.</summary>
    public string? Keys { get; init; }
}
