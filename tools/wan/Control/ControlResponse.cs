namespace Wan.Control;

/// <summary>The answer: one line of JSON.</summary>
internal sealed record ControlResponse
{
    /// <summary>Why it was not done, in one sentence; nothing when it was.</summary>
    public string? Problem { get; init; }

    public int ExitCode { get; init; }

    public StatsReport? Stats { get; init; }
}
