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

    /// <summary>Null when the options can be used, else what to change.</summary>
    public string? Validate()
    {
        if (Workers is < 1 or > HostLimits.MaxWorkers)
        {
            return $"Workers is {Workers}; it must be 1 to {HostLimits.MaxWorkers}.";
        }

        return BeatNs <= 0 || SilenceNs < 2 * BeatNs
            ? $"BeatNs is {BeatNs} and SilenceNs {SilenceNs}; the first must be positive and the second at least twice as long."
            : null;
    }
}
