namespace Scp.Protocol.Wire;

/// <summary>
/// Packet numbers count the packets of one direction of a session from 0 and run on through epochs and key phases; none
/// is ever used twice, whatever became of its packet. A datagram carries the low 32 bits.
/// </summary>
public static class PacketNumber
{
    /// <summary>The largest number, so that acknowledgements can carry every one as a varint.</summary>
    public const ulong Max = VarInt.MaxValue;

    /// <summary>
    /// The number with these low bits that lies nearest to the largest one received: from 2^31 below it to 2^31 - 1
    /// above it. Close to zero there is nothing below to choose, and the next one above is meant.
    /// </summary>
    public static ulong Expand(uint low, ulong largestReceived)
    {
        int distance = (int)(low - (uint)largestReceived);
        ulong number = largestReceived + (ulong)(long)distance;
        return distance < 0 && number > largestReceived ? number + (1UL << 32) : number;
    }
}
