namespace Wan.Control;

/// <summary>What `wan stats` shows; its JSON form has these names in snake case. Counted since the WAN came up or was reset.</summary>
internal sealed record StatsReport
{
    public required string Name { get; init; }

    public required int Pid { get; init; }

    public required ulong Seed { get; init; }

    public required double SecondsUp { get; init; }

    /// <summary>How the kernel runs the forwarding thread: realtime, nice or normal.</summary>
    public required string Urgency { get; init; }

    /// <summary>How much later packets arrived than the path said, waiting before the path saw them included.</summary>
    public required LatenessReport Lateness { get; init; }

    /// <summary>The part of it before the path saw them: an upper bound.</summary>
    public required LatenessReport Intake { get; init; }

    public required NodeReport[] Nodes { get; init; }

    public required PairReport[] Pairs { get; init; }
}
