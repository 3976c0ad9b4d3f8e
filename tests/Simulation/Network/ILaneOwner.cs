namespace Simulation.Network;

/// <summary>A node as its connections see it.</summary>
internal interface ILaneOwner
{
    /// <summary>Until when the node takes nothing, since its process stands still; in the past when it runs.</summary>
    long AwayUntilNs { get; }

    /// <summary>A dial of this node has ended; null when it failed.</summary>
    void OnDialled(object ticket, LaneEnd? end, long nowNs);

    void OnAccepted(LaneEnd end, long nowNs);

    void OnLaneBytes(LaneEnd end, ReadOnlySpan<byte> bytes, long nowNs);

    void OnLaneRoom(LaneEnd end, long nowNs);

    /// <summary>The connection is gone: closed by the other side, or broken.</summary>
    void OnLaneClosed(LaneEnd end, long nowNs);
}
