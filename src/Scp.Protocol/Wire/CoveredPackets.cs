using System.Runtime.CompilerServices;

namespace Scp.Protocol.Wire;

/// <summary>Room for the packet numbers that one parity frame covers, held in place so that none is allocated.</summary>
[InlineArray(ScpLimits.MaxParityPackets)]
internal struct CoveredPackets
{
    private ulong _first;
}
