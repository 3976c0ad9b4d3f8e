using Scp.Protocol.Recovery;

namespace Scp.Protocol.Session;

/// <summary>Who is told what became of packets and of the things they carried.</summary>
internal interface IPacketOwner
{
    void OnItemAcked(in SentItem item);

    void OnItemLost(in SentItem item);

    /// <summary>Its packet waits longer than the probe timeout: it is to be sent again, but is not given up.</summary>
    void OnItemProbed(in SentItem item);

    void OnPacketAcked(ulong packetNumber, in SentPacket packet, long nowNs);

    void OnPacketLost(ulong packetNumber, in SentPacket packet, long nowNs);
}
