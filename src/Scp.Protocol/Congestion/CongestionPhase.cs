namespace Scp.Protocol.Congestion;

/// <summary>What the controller is doing; see docs/protocol/congestion.md for the diagram.</summary>
internal enum CongestionPhase
{
    /// <summary>Doubles every round until the path delivers no more.</summary>
    Startup,

    /// <summary>Lets the queue run empty, and looks whether it does.</summary>
    Drain,

    /// <summary>Sends what the path delivers.</summary>
    Cruise,

    /// <summary>Sends a quarter more for a round trip: is there room?</summary>
    ProbeUp,

    /// <summary>Holds a share of a queue that somebody else keeps full.</summary>
    Compete,

    /// <summary>Sends half for a moment: is the floor still where it was?</summary>
    ProbeRtt,
}
