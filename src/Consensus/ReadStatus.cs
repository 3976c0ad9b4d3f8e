namespace Consensus;

/// <summary>Whether the state machine may be read.</summary>
public enum ReadStatus
{
    /// <summary>What was acknowledged before the read was asked for is in the state machine.</summary>
    Ready,

    /// <summary>Nobody leads as far as is known here, or the leader was lost meanwhile.</summary>
    NoLeader,

    /// <summary>Too many reads wait already.</summary>
    Overloaded,

    /// <summary>The group is not open here (any longer).</summary>
    Closed,
}
