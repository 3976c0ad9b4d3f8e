namespace Fabric.Node;

/// <summary>The bounds of what nodes do for each other, by name.</summary>
public static class NodeLimits
{
    /// <summary>The first wait before a node is dialled again; it doubles up to <see cref="MaxRedialMs"/>.</summary>
    public const int MinRedialMs = 50;

    public const int MaxRedialMs = 2_000;

    /// <summary>A session that ends sooner does not count as success: the next wait is not the shortest again.</summary>
    public const int SteadyMs = 5_000;

    /// <summary>Until a session is up and introduced, for each address.</summary>
    public const int DialMs = 5_000;

    /// <summary>Sessions with one node that are remembered. More than two come only from a peer that misbehaves.</summary>
    public const int MaxSessionsPerNode = 8;
}
