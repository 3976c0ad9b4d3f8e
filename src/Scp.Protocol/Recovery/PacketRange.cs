namespace Scp.Protocol.Recovery;

/// <summary>Packet numbers from <see cref="Low"/> to <see cref="High"/>, both included.</summary>
internal record struct PacketRange(ulong Low, ulong High)
{
    public readonly bool Contains(ulong packetNumber) => packetNumber >= Low && packetNumber <= High;
}
