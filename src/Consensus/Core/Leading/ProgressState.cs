namespace Consensus.Core;

internal enum ProgressState
{
    /// <summary>Where the follower's log meets the leader's is a guess: one append at a time asks.</summary>
    Probe,

    /// <summary>The logs are known to meet: entries stream ahead of their acknowledgements.</summary>
    Replicate,

    /// <summary>What the follower needs is gone from the log: it waits for a snapshot.</summary>
    Snapshot,
}
