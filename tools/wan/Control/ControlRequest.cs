namespace Wan.Control;

/// <summary>What a command asks of a running WAN: one line of JSON.</summary>
internal sealed record ControlRequest
{
    public required ControlVerb Verb { get; init; }

    /// <summary>The near node; 0 means every pair.</summary>
    public int From { get; init; }

    public int To { get; init; }

    /// <summary>Only from the near node to the far one.</summary>
    public bool OneWay { get; init; }

    /// <summary>key=value, for <see cref="ControlVerb.Set"/>.</summary>
    public string[] Settings { get; init; } = [];

    /// <summary>Counts anew after the report, for <see cref="ControlVerb.Stats"/>.</summary>
    public bool Reset { get; init; }
}
