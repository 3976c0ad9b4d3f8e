using System.Numerics;
using System.Runtime.CompilerServices;

namespace Scp.Protocol.Recovery;

/// <summary>
/// Every packet sent and not yet settled, by number, with what each carried. Numbers are consecutive, so the table is a
/// ring; two bitmaps beside it (in flight, lost but remembered) let an acknowledgement that covers thousands of settled
/// packets pass over them sixty-four at a time. Bounded by <see cref="ScpLimits.MaxPacketsInFlight"/>.
/// </summary>
internal sealed class SentPackets
{
    private SentPacket[] _packets = new SentPacket[64];
    private ulong[] _inFlight = new ulong[1];
    private ulong[] _lost = new ulong[1];
    private SentItem[] _items = new SentItem[64];
    private long _firstItem;
    private long _nextItem;

    /// <summary>The smallest number that may still be in flight or remembered as lost.</summary>
    public ulong Oldest { get; private set; } = 1;

    /// <summary>The number the next packet gets. Numbers start at 1 and are never reused.</summary>
    public ulong Next { get; private set; } = 1;

    public int Count => (int)(Next - Oldest);

    public bool IsFull => Count >= ScpLimits.MaxPacketsInFlight;

    /// <summary>Bytes in flight that count against the congestion window.</summary>
    public long BytesInFlight { get; private set; }

    /// <summary>Packets in flight that the probe timer waits for.</summary>
    public int TimedInFlight { get; private set; }

    public ref SentPacket this[ulong packetNumber] => ref _packets[(int)packetNumber & (_packets.Length - 1)];

    /// <summary>Notes something that the packet being built carries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddItem(in SentItem item)
    {
        if (_nextItem - _firstItem == _items.Length)
        {
            GrowItems();
        }

        _items[(int)_nextItem++ & (_items.Length - 1)] = item;
    }

    public ref SentItem ItemAt(long number) => ref _items[(int)number & (_items.Length - 1)];

    /// <summary>Begins the packet with number <see cref="Next"/>: items noted from here on are its own.</summary>
    public long BeginItems() => _nextItem;

    /// <summary>Forgets the items of a packet that was not sent after all.</summary>
    public void AbandonItems(long firstItem) => _nextItem = firstItem;

    /// <summary>Counts the packet with number <see cref="Next"/> as sent.</summary>
    public void Add(in SentPacket packet)
    {
        if (Count == _packets.Length)
        {
            GrowPackets();
        }

        int index = (int)Next & (_packets.Length - 1);
        ref SentPacket entry = ref _packets[index];
        entry = packet;
        entry.ItemCount = (int)(_nextItem - packet.FirstItem);
        entry.State = packet.Is(PacketTraits.AckEliciting) ? PacketState.InFlight : PacketState.Settled;
        if (entry.State == PacketState.InFlight)
        {
            _inFlight[index >> 6] |= 1UL << (index & 63);
            TimedInFlight += entry.Is(PacketTraits.Untimed) ? 0 : 1;
            BytesInFlight += CongestionBytes(entry);
        }

        Next++;
        if (entry.State == PacketState.Settled)
        {
            Trim();
        }
    }

    /// <summary>The first packet in flight at or after <paramref name="from"/> and before <paramref name="end"/>; <paramref name="end"/> when there is none.</summary>
    public ulong FindInFlight(ulong from, ulong end) => Find(_inFlight, from, end);

    /// <summary>Likewise among packets given up but remembered.</summary>
    public ulong FindLost(ulong from, ulong end) => Find(_lost, from, end);

    /// <summary>The packet arrived, or what it carried did.</summary>
    public void Settle(ulong packetNumber)
    {
        ref SentPacket packet = ref this[packetNumber];
        Leave(packetNumber, ref packet);
        packet.State = PacketState.Settled;
    }

    /// <summary>The packet is given up; it stays known until <see cref="ForgetLost"/>.</summary>
    public void MarkLost(ulong packetNumber)
    {
        ref SentPacket packet = ref this[packetNumber];
        Leave(packetNumber, ref packet);
        packet.State = PacketState.Lost;
        int index = (int)packetNumber & (_packets.Length - 1);
        _lost[index >> 6] |= 1UL << (index & 63);
    }

    /// <summary>Stops waiting for late news of packets that were sent before <paramref name="sentBeforeNs"/>, and frees what is settled.</summary>
    public void ForgetLost(long sentBeforeNs)
    {
        for (ulong number = FindLost(Oldest, Next); number != Next && this[number].SentAtNs < sentBeforeNs; number = FindLost(number + 1, Next))
        {
            Settle(number);
        }

        Trim();
    }

    private void Leave(ulong packetNumber, ref SentPacket packet)
    {
        int index = (int)packetNumber & (_packets.Length - 1);
        if (packet.State == PacketState.InFlight)
        {
            _inFlight[index >> 6] &= ~(1UL << (index & 63));
            TimedInFlight -= packet.Is(PacketTraits.Untimed) ? 0 : 1;
            BytesInFlight -= CongestionBytes(packet);
        }
        else if (packet.State == PacketState.Lost)
        {
            _lost[index >> 6] &= ~(1UL << (index & 63));
        }
    }

    /// <summary>Frees settled packets at the old end together with their items.</summary>
    private void Trim()
    {
        while (Oldest != Next)
        {
            ref SentPacket packet = ref this[Oldest];
            if (packet.State != PacketState.Settled)
            {
                break;
            }

            for (long item = packet.FirstItem; item < packet.FirstItem + packet.ItemCount; item++)
            {
                ItemAt(item).Message = null;
            }

            _firstItem = packet.FirstItem + packet.ItemCount;
            Oldest++;
        }
    }

    private ulong Find(ulong[] bitmap, ulong from, ulong end)
    {
        while (from < end)
        {
            int index = (int)from & (_packets.Length - 1);
            ulong word = bitmap[index >> 6] >> (index & 63);
            if (word != 0)
            {
                ulong found = from + (ulong)BitOperations.TrailingZeroCount(word);
                return found < end ? found : end;
            }

            from += (ulong)(64 - (index & 63));
        }

        return end;
    }

    private static int CongestionBytes(in SentPacket packet) => packet.Is(PacketTraits.Uncounted) ? 0 : packet.Bytes;

    private void GrowPackets()
    {
        var packets = new SentPacket[_packets.Length * 2];
        var inFlight = new ulong[packets.Length / 64];
        var lost = new ulong[packets.Length / 64];
        for (ulong number = Oldest; number != Next; number++)
        {
            int index = (int)number & (packets.Length - 1);
            packets[index] = this[number];
            ulong bit = 1UL << (index & 63);
            inFlight[index >> 6] |= packets[index].State == PacketState.InFlight ? bit : 0;
            lost[index >> 6] |= packets[index].State == PacketState.Lost ? bit : 0;
        }

        _packets = packets;
        _inFlight = inFlight;
        _lost = lost;
    }

    private void GrowItems()
    {
        var items = new SentItem[_items.Length * 2];
        for (long number = _firstItem; number < _nextItem; number++)
        {
            items[(int)number & (items.Length - 1)] = ItemAt(number);
        }

        _items = items;
    }
}
