namespace Scp.Protocol.Redundancy;

/// <summary>What a session knows of its path and of its own latency-critical traffic when it asks for a plan.</summary>
internal readonly record struct PathConditions
{
    /// <summary>The smoothed round trip.</summary>
    public required long RttNs { get; init; }

    /// <summary>The shortest round trip of late.</summary>
    public required long RttFloorNs { get; init; }

    /// <summary>Congestion control sees the round trip rise: a queue is filling.</summary>
    public bool IsRttRising { get; init; }

    public required LossEstimate Loss { get; init; }

    /// <summary>The loss estimator holds loss for negligible.</summary>
    public bool IsLossNegligible { get; init; }

    /// <summary>The length that nine of ten outages stay within; 0 when losses come one by one.</summary>
    public long BurstNs { get; init; }

    /// <summary>Latency-critical packets that this side sends per second, redundancy not counted.</summary>
    public required long PacketsPerSecond { get; init; }

    /// <summary>Their mean size, IP and UDP headers included.</summary>
    public required int PacketBytes { get; init; }

    /// <summary>Bytes per second of those that are marked urgent, each counted once.</summary>
    public long UrgentBytesPerSecond { get; init; }

    /// <summary>What the budget can give this side.</summary>
    public required long GrantBytesPerSecond { get; init; }
}
