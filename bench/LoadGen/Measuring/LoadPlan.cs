namespace LoadGen.Measuring;

/// <summary>A load of small requests: open loop at a rate, or closed with so many under way.</summary>
internal sealed record LoadPlan
{
    /// <summary>Requests a second, sent when due whatever became of earlier ones. Zero for a closed loop.</summary>
    public double RatePerSecond { get; init; } = 200;

    /// <summary>Requests under way at any time, in a closed loop.</summary>
    public int InFlight { get; init; } = 1;

    public int RequestBytes { get; init; } = 1024;

    public int ReplyBytes { get; init; } = 64;

    public double Seconds { get; init; } = 60;

    /// <summary>The same load before, uncounted: code is compiled and the path is known when it counts.</summary>
    public double WarmUpSeconds { get; init; } = 2;

    /// <summary>How long after the end unanswered requests are waited for; then they are errors, and as slow as this.</summary>
    public double DrainSeconds { get; init; } = 10;

    public bool IsOpenLoop => RatePerSecond > 0;
}
