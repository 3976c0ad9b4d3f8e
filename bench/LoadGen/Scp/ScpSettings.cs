using System.Net;

namespace LoadGen.Scp;

/// <summary>How the SCP side of a measurement runs.</summary>
internal sealed record ScpSettings
{
    /// <summary>Where <see cref="ScpKeys"/> are; null for plain mode.</summary>
    public string? Keys { get; init; }

    public int Lanes { get; init; } = 1;

    public bool IsUrgent { get; init; }

    /// <summary>Handlers and continuations on the thread pool rather than on the engine's thread.</summary>
    public bool UsesPool { get; init; }

    /// <summary>Off to measure what it gives.</summary>
    public bool UsesRedundancy { get; init; } = true;

    public string? CongestionControl { get; init; } = "bbr";

    public required IPEndPoint Address { get; init; }
}
