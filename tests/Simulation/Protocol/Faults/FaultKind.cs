namespace Simulation.Protocol.Faults;

/// <summary>What may go wrong.</summary>
internal enum FaultKind
{
    /// <summary>Nothing passes between two nodes.</summary>
    CutBothWays,

    /// <summary>Nothing passes from one node to the other; the way back works.</summary>
    CutOneWay,

    /// <summary>A firewall drops UDP between two nodes.</summary>
    BlockDatagrams,

    /// <summary>Connections between two nodes stall, and none can be made.</summary>
    BlockLanes,

    /// <summary>A connection breaks in the middle of what it carries.</summary>
    BreakLane,

    /// <summary>Many datagrams are lost, one way.</summary>
    LoseMany,

    /// <summary>The route changes: another delay, rate and loss, one way.</summary>
    ChangeRoute,

    /// <summary>A node is seen under another address from now on.</summary>
    Rebind,

    ShrinkMtu,

    GrowMtu,

    /// <summary>A process stands still and then meets what has arrived meanwhile.</summary>
    PauseNode,

    /// <summary>An application takes no events while its sessions go on.</summary>
    StallApplication,

    /// <summary>A process ends and starts anew.</summary>
    RestartNode,
}
