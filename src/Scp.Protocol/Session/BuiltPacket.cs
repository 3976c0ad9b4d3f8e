using Scp.Protocol.Messages;
using Scp.Protocol.Recovery;

namespace Scp.Protocol.Session;

/// <summary>What went into the packet being built.</summary>
internal struct BuiltPacket
{
    public PacketTraits Traits;
    public PacketContents Contents;
    public ulong Acknowledges;
    public long FirstItem;

    /// <summary>Bytes that the redundancy budget paid for.</summary>
    public int RedundantBytes;

    /// <summary>Bytes of copies of urgent messages.</summary>
    public int UrgentBytes;
}
