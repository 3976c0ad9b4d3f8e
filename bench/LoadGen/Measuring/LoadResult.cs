using LoadGen.Bulk;

namespace LoadGen.Measuring;

/// <summary>What one load measured.</summary>
internal sealed record LoadResult
{
    public required string Name { get; init; }

    public required LatencyHistogram Latency { get; init; }

    /// <summary>The generator's own; empty in a closed loop, which has no schedule to be late on.</summary>
    public required LatencyHistogram Lateness { get; init; }

    public required long Errors { get; init; }

    public long Skipped { get; init; }

    public string? FirstFailure { get; init; }

    public required double OpsPerSecond { get; init; }

    /// <summary>Share of the bytes sent, both ways, that were redundancy; null where the system does not know.</summary>
    public double? Redundancy { get; init; }

    /// <summary>Bytes allocated a request in steady state, on each side; null where it was not measured.</summary>
    public double? ClientAllocated { get; init; }

    public double? ServerAllocated { get; init; }

    /// <summary>The transfer that ran beside.</summary>
    public BulkResult? Beside { get; init; }

    public double PercentileMs(double share) => Latency.PercentileNs(share) / 1e6;
}
