namespace Simulation.Network;

/// <summary>What lies behind an address.</summary>
internal enum AddressKind
{
    Live,

    /// <summary>A node's address before it was rebound: what is sent there is lost.</summary>
    Dead,

    /// <summary>An attacker's.</summary>
    Stranger,
}
