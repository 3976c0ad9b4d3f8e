using System.Net;

namespace LoadGen.Peers.Http2;

/// <summary>How the HTTP/2 peer runs: as .NET has it, but for the kernel's congestion control.</summary>
internal sealed record Http2Settings
{
    public required IPEndPoint Address { get; init; }

    /// <summary>By its name in the kernel; null for the kernel's own choice.</summary>
    public string? CongestionControl { get; init; }
}
