namespace LoadGen.Raft;

/// <summary>How much is measured.</summary>
internal sealed record RaftReportPlan
{
    public const double WarmUpSeconds = 1.5;

    public int Rounds { get; init; } = 3;

    public double Seconds { get; init; } = 4;

    /// <summary>How often the leader is killed.</summary>
    public int Tries { get; init; } = 5;

    public bool UsesTls { get; init; }

    /// <summary>Where etcd's load generators are.</summary>
    public required string EtcdTools { get; init; }
}
