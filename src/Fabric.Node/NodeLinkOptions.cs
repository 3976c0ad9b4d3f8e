namespace Fabric.Node;

/// <summary>How a node keeps its links. Immutable.</summary>
public sealed record NodeLinkOptions
{
    /// <summary>Plain mode proves no names: whoever introduces itself is believed. Loopback only, as the transport sees to.</summary>
    public bool IsPlain { get; init; }

    /// <summary>How often sessions are asked for their round trip.</summary>
    public TimeSpan MeasureEvery { get; init; } = TimeSpan.FromSeconds(1);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Spreads what nodes would else do at the same moment.</summary>
    public Random Chance { get; init; } = Random.Shared;

    /// <summary>Told, once each time, that a node cannot be reached, in one sentence. On any thread.</summary>
    public Action<string>? OnProblem { get; init; }
}
