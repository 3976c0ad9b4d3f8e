namespace Simulation.Cluster.Calls;

/// <summary>Something asked of a replica. Whoever asked is answered through what he handed in; if the process dies, never.</summary>
internal abstract class NodeCall
{
    /// <summary>Moves on as far as the replica has; true at the end.</summary>
    public abstract bool TryFinish();
}
