namespace Consensus.Core;

/// <summary>How a read makes sure that it misses nothing acknowledged before it.</summary>
public enum ReadMode
{
    /// <summary>A quorum confirms that the leader still leads. Rests on no clock; works on followers too.</summary>
    ReadIndex,

    /// <summary>
    /// The leader's lease says so, at once and without a message. Rests on clocks that run at nearly the same rate
    /// and never stand still. Where there is no lease to rest on, the read takes the other way by itself.
    /// </summary>
    Lease,
}
