namespace Simulation.Experiments;

/// <summary>An open loop of small requests: one every 1/rate seconds, whatever became of the last.</summary>
internal sealed record LatencyTraffic
{
    public int RequestsPerSecond { get; init; } = 200;

    public int RequestBytes { get; init; } = 1024;

    public int ReplyBytes { get; init; } = 64;

    public int Seconds { get; init; } = 60;

    public bool IsUrgent { get; init; }
}
