namespace Tidy.Purity;

/// <summary>Code that must be a function of its arguments: a whole assembly, or one namespace of it and what that leans on.</summary>
public sealed record PurityScope(string Assembly, string? Namespace = null)
{
    /// <summary>What is pure, or will be once it is there.</summary>
    public static IReadOnlyList<PurityScope> All { get; } =
    [
        new("Scp.Serialization"),
        new("Scp.Protocol"),
        new("Scp.PathModel"),
        new("Consensus", "Consensus.Core"),
        new("ShardStore", "ShardStore.Core"),
        new("Tasks"),
        new("Ssm.Daemon", "Ssm.Daemon.Placement"),
    ];

    public bool Covers(string @namespace) =>
        Namespace is null || @namespace == Namespace || @namespace.StartsWith(Namespace + ".", StringComparison.Ordinal);

    public override string ToString() => Namespace ?? Assembly;
}
