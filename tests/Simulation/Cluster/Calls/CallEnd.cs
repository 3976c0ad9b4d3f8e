namespace Simulation.Cluster.Calls;

/// <summary>What an answer says about a call.</summary>
internal enum CallEnd
{
    Done,

    /// <summary>It has had no effect and will have none.</summary>
    NotTaken,

    Unknown,
}
