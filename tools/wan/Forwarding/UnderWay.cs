using Scp.PathModel;

namespace Wan.Forwarding;

/// <summary>One copy of a packet on its way.</summary>
/// <param name="Delivery">When it is due, and the bit that the path flipped.</param>
/// <param name="Slot">Where its bytes are.</param>
/// <param name="LengthBytes">The size of the IP packet.</param>
/// <param name="Pair">The pair that it travels on.</param>
/// <param name="IntakeLagNs">How long, at most, it had waited before the path saw it.</param>
internal readonly record struct UnderWay(Delivery Delivery, int Slot, int LengthBytes, int Pair, long IntakeLagNs);
