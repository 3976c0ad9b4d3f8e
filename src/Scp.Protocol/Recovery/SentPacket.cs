using Scp.Protocol.Congestion;

namespace Scp.Protocol.Recovery;

internal enum PacketState : byte
{
    /// <summary>Nothing more is expected of it.</summary>
    Settled,
    InFlight,

    /// <summary>Given up, and remembered a little longer in case it was only late.</summary>
    Lost,
}

[Flags]
internal enum PacketTraits : byte
{
    None = 0,

    /// <summary>The peer owes an acknowledgement.</summary>
    AckEliciting = 1,

    /// <summary>Went by bulk lane: it cannot be lost while the lane lives.</summary>
    Tunnelled = 2,

    /// <summary>Larger than the path is known to carry: its loss says nothing about congestion.</summary>
    MtuProbe = 4,

    /// <summary>A probe timer has already fired for it.</summary>
    Probed = 8,

    /// <summary>Sent over UDP while the session uses the bulk lane, to see whether UDP works.</summary>
    PathProbe = 16,

    /// <summary>Parity: worth knowing whether it arrived, never worth sending again.</summary>
    Parity = 32,

    /// <summary>Those that say nothing of congestion and loss on the path.</summary>
    Uncounted = Tunnelled | MtuProbe | PathProbe,

    /// <summary>Those that no probe timer waits for: they cannot be lost, have timers of their own, or are an extra.</summary>
    Untimed = Uncounted | Parity,
}

/// <summary>What is remembered of a packet until it is settled.</summary>
internal struct SentPacket
{
    public long SentAtNs;
    public DeliveryStamp Stamp;

    /// <summary>Bytes on the wire, IP and UDP headers included.</summary>
    public int Bytes;

    /// <summary>UDP payload bytes.</summary>
    public int DatagramBytes;

    /// <summary>Items occupy consecutive numbers in the item ring.</summary>
    public long FirstItem;
    public int ItemCount;

    /// <summary>The largest packet number that this one acknowledged.</summary>
    public ulong Acknowledges;

    public PacketState State;
    public PacketTraits Traits;

    /// <summary>True when the packet has any of these traits.</summary>
    public readonly bool Is(PacketTraits traits) => (Traits & traits) != 0;
}
