namespace Consensus.Host;

/// <summary>How a host runs. Immutable.</summary>
public sealed record HostOptions
{
    private const long NsPerMs = 1_000_000;

    /// <summary>Threads that step groups. A group stays with its worker.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>How often each worker tells the others' nodes that it lives, when nothing else does.</summary>
    public long BeatNs { get; init; } = 100 * NsPerMs;

    /// <summary>A worker of another node is suspected once it has been silent for so long.</summary>
    public long SilenceNs { get; init; } = 1_000 * NsPerMs;

    /// <summary>What each worker sends of snapshots in a second, so that a new member does not starve the others.</summary>
    public long SnapshotBytesPerSecond { get; init; } = 64 * 1024 * 1024;

    /// <summary>A part of a snapshot without acknowledgement goes again after so long.</summary>
    public long SnapshotRetryNs { get; init; } = 500 * NsPerMs;

    /// <summary>A snapshot that makes no headway for so long is given up; the leader offers another when the member answers.</summary>
    public long SnapshotPatienceNs { get; init; } = 20_000 * NsPerMs;

    /// <summary>Null when the options can be used, else what to change.</summary>
    public string? Validate()
    {
        if (Workers is < 1 or > HostLimits.MaxWorkers)
        {
            return $"Workers is {Workers}; it must be 1 to {HostLimits.MaxWorkers}.";
        }

        if (SnapshotBytesPerSecond < HostLimits.SnapshotPartBytes || SnapshotRetryNs <= 0 || SnapshotPatienceNs < SnapshotRetryNs)
        {
            return $"SnapshotBytesPerSecond is {SnapshotBytesPerSecond}, at least {HostLimits.SnapshotPartBytes} is needed; SnapshotRetryNs ({SnapshotRetryNs}) must be positive and not above SnapshotPatienceNs ({SnapshotPatienceNs}).";
        }

        return BeatNs <= 0 || SilenceNs < 2 * BeatNs
            ? $"BeatNs is {BeatNs} and SilenceNs {SilenceNs}; the first must be positive and the second at least twice as long."
            : null;
    }
}
