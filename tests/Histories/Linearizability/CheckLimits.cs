namespace Histories.Linearizability;

/// <summary>
/// What a check may spend before it says <see cref="Verdict.Unknown"/>: the problem is NP-complete, so some history
/// exhausts any limit. Steps are deterministic; the time is for people who wait, and is counted from the check's begin.
/// </summary>
public sealed record CheckLimits
{
    public static CheckLimits Default { get; } = new();

    /// <summary>Calls tried against a state, in each search.</summary>
    public long MaxSteps { get; init; } = 50_000_000;

    /// <summary>Memory for the configurations that a search has seen.</summary>
    public long MaxVisitedBytes { get; init; } = 512L << 20;

    public TimeSpan MaxTime { get; init; } = Timeout.InfiniteTimeSpan;

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
