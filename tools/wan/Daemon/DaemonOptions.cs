using Scp.PathModel;
using Wan.Forwarding;

namespace Wan.Daemon;

/// <summary>What a WAN is made with.</summary>
internal sealed record DaemonOptions
{
    public const string DefaultName = "default";

    /// <summary>IPv6 works with no less.</summary>
    public const int MinMtuBytes = 1_280;

    public const int MaxMtuBytes = 65_535;

    public const ulong DefaultSeed = 1;

    public required string Name { get; init; }

    public required int Nodes { get; init; }

    public required PathProfile Profile { get; init; }

    public ulong Seed { get; init; } = DefaultSeed;

    public int MtuBytes { get; init; } = PathProfile.DefaultMtuBytes;

    public ThreadUrgency Urgency { get; init; } = ThreadUrgency.Realtime;
}
