namespace Simulation.Harness;

/// <summary>The outcome of one seed.</summary>
internal sealed record SeedResult
{
    public required ulong Seed { get; init; }

    /// <summary>The checker's sentence; null when all held.</summary>
    public string? Failure { get; init; }

    public required ulong TraceHash { get; init; }

    public required Coverage Coverage { get; init; }

    public required long SimulatedNs { get; init; }
}
