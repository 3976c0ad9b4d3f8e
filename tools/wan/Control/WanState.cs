namespace Wan.Control;

/// <summary>What the run directory says about a WAN, so that commands find its process and the namespaces that it holds.</summary>
internal sealed record WanState
{
    public required string Name { get; init; }

    public required ProcessIdentity Process { get; init; }

    public required string Profile { get; init; }

    /// <summary>The descriptor of each node's namespace within the process, node 1 first; none until the WAN is ready.</summary>
    public int[] Namespaces { get; init; } = [];

    public bool IsReady => Namespaces.Length > 0;
}
