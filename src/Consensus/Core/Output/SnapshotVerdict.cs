namespace Consensus.Core;

/// <summary>What to do with a snapshot that has been received.</summary>
public enum SnapshotVerdict
{
    /// <summary>Put it in the state machine's place, durably, and report <see cref="RaftReplica.HandleSnapshotInstalled"/>.</summary>
    Install,

    /// <summary>Drop it: what it holds is here already, or its sender leads no longer.</summary>
    Stale,

    /// <summary>Drop it: another one is being installed.</summary>
    Busy,
}
