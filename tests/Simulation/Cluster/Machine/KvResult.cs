namespace Simulation.Cluster.Machine;

/// <summary>What the machine answers to a command.</summary>
internal enum KvResult : byte
{
    Done = 1,
    Swapped = 2,
    NotSwapped = 3,

    /// <summary>The client has had a later command applied: it cannot be waiting for this one.</summary>
    Late = 4,
}
