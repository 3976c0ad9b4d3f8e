using Scp.Protocol.Congestion;
using Scp.Protocol.Recovery;
using Scp.Protocol.Redundancy;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Session;

/// <summary>
/// Follows each packet from sending to acknowledgement or loss, and tells those who learn from it: the owner of its
/// contents, the rate controller, the estimators of loss and bursts.
/// </summary>
internal sealed class Reliability
{
    private const int LostBatch = 64;
    private const int MaxProbes = 4;

    private readonly IPacketOwner _owner;
    private long _outcomesUpTo = 1;

    public Reliability(IPacketOwner owner, RateController rate)
    {
        _owner = owner;
        Rate = rate;
        Loss = new LossDetector(Packets);
    }

    public SentPackets Packets { get; } = new();

    public LossDetector Loss { get; }

    public RateController Rate { get; }

    public LossEstimator LossRate { get; } = new();

    public BurstEstimator Bursts { get; } = new();

    public long SpuriousLosses { get; private set; }

    public long LostPackets { get; private set; }

    public long ProbesSent { get; private set; }

    /// <summary>Counts the packet being built as sent.</summary>
    public void OnSent(long firstItem, int datagramBytes, int wireBytes, PacketTraits traits, ulong acknowledges, long nowNs)
    {
        bool counts = (traits & PacketTraits.AckEliciting) != 0 && (traits & PacketTraits.Uncounted) == 0;
        DeliveryStamp stamp = counts ? Rate.OnSent(nowNs, wireBytes, Packets.BytesInFlight) : default;
        Packets.Add(new SentPacket
        {
            SentAtNs = nowNs,
            Stamp = stamp,
            Bytes = wireBytes,
            DatagramBytes = datagramBytes,
            FirstItem = firstItem,
            Acknowledges = acknowledges,
            Traits = traits,
        });
    }

    /// <summary>None, or why the session must close: a peer may not acknowledge what was never sent.</summary>
    public ErrorCode HandleAck(in AckFrame frame, long nowNs)
    {
        if (frame.Largest >= Packets.Next)
        {
            return ErrorCode.ProtocolViolation;
        }

        Span<PacketRange> ranges = stackalloc PacketRange[ScpLimits.MaxAckRanges];
        ranges = ranges[..frame.CopyRanges(ranges)];
        long bytesBefore = Packets.BytesInFlight;
        bool hasSample = TakeRttSample(frame, nowNs);
        Span<ulong> recovered = stackalloc ulong[AckFrame.MaxRecovered];
        foreach (ulong number in recovered[..frame.CopyRecovered(recovered)])
        {
            HandleRecovered(number);
        }

        bool any = false;
        foreach (PacketRange range in ranges)
        {
            any |= HandleRange(range, nowNs);
        }

        bool isNewer = frame.Largest >= Packets.Oldest && Loss.OnLargestAcked(frame.Largest, Packets[frame.Largest], nowNs);
        if (any || isNewer)
        {
            // An acknowledgement without news makes nothing lost that the timer would not.
            HandleLost(nowNs);
        }

        if (any || Packets.BytesInFlight != bytesBefore)
        {
            ref readonly RttEstimator rtt = ref Loss.Rtt;
            Rate.OnAckBatchDone(nowNs, hasSample ? rtt.LatestNs : 0, rtt.SmoothedNs, Packets.BytesInFlight);
        }

        Packets.ForgetLost(nowNs - (3 * Loss.Rtt.ProbeTimeoutNs));
        return ErrorCode.None;
    }

    /// <summary>The loss timer.</summary>
    public void HandleLost(long nowNs)
    {
        Span<ulong> lost = stackalloc ulong[LostBatch];
        int count;
        do
        {
            count = Loss.DetectLost(nowNs, lost);
            foreach (ulong number in lost[..count])
            {
                GiveUp(number, nowNs);
            }
        }
        while (count == LostBatch);
        SettleOutcomes();
    }

    /// <summary>
    /// The probe timer: what the oldest packets carried is sent again. False when there was nothing to send again and
    /// a bare probe is needed.
    /// </summary>
    public bool HandleProbeTimer(long nowNs)
    {
        Span<ulong> probes = stackalloc ulong[MaxProbes];
        int count = Loss.TakeProbes(nowNs, probes);
        ProbesSent++;
        bool any = false;
        foreach (ulong number in probes[..count])
        {
            SentPacket packet = Packets[number];
            for (int i = 0; i < packet.ItemCount; i++)
            {
                SentItem item = Packets.ItemAt(packet.FirstItem + i);
                any = true;
                _owner.OnItemProbed(item);
            }
        }

        return any;
    }

    /// <summary>Gives up every packet that went by datagram, or every one that went by lane.</summary>
    public void GiveUpAll(bool tunnelled, long nowNs)
    {
        for (ulong number = Packets.FindInFlight(Packets.Oldest, Packets.Next); number != Packets.Next; number = Packets.FindInFlight(number + 1, Packets.Next))
        {
            if (Packets[number].Is(PacketTraits.Tunnelled) == tunnelled)
            {
                GiveUp(number, nowNs);
            }
        }
    }

    private bool TakeRttSample(in AckFrame frame, long nowNs)
    {
        if (frame.Largest < Packets.Oldest || frame.Largest <= Loss.LargestAcked)
        {
            return false;
        }

        ref readonly SentPacket packet = ref Packets[frame.Largest];
        if (packet.State != PacketState.InFlight || packet.Is(PacketTraits.Tunnelled))
        {
            return false;
        }

        Loss.OnRttSample(nowNs - packet.SentAtNs, frame.DelayUs * 1000);
        return true;
    }

    private bool HandleRange(PacketRange range, long nowNs)
    {
        ulong low = Math.Max(range.Low, Packets.Oldest);
        ulong end = Math.Max(low, range.High + 1);
        bool any = false;
        for (ulong number = Packets.FindInFlight(low, end); number < end; number = Packets.FindInFlight(number + 1, end))
        {
            any = true;
            SentPacket packet = Packets[number];
            Loss.OnAcked(number, packet, nowNs);
            if (!packet.Is(PacketTraits.Uncounted))
            {
                Rate.OnAcked(packet.Stamp, packet.SentAtNs, packet.Bytes, nowNs);
            }

            _owner.OnPacketAcked(number, packet, nowNs);
            SettleItems(packet);
            Packets.Settle(number);
        }

        for (ulong number = Packets.FindLost(low, end); number < end; number = Packets.FindLost(number + 1, end))
        {
            HandleSpurious(number, nowNs);
        }

        return any;
    }

    private void HandleSpurious(ulong number, long nowNs)
    {
        SentPacket packet = Packets[number];
        if (!packet.Is(PacketTraits.Uncounted))
        {
            SpuriousLosses++;
            Loss.OnSpurious(packet, nowNs);
            Rate.OnSpuriousLoss(packet.Bytes);
            Rate.OnAcked(packet.Stamp, packet.SentAtNs, packet.Bytes, nowNs);
            LossRate.OnLossRefuted();
        }

        _owner.OnPacketAcked(number, packet, nowNs);
        SettleItems(packet);
        Packets.Settle(number);
    }

    /// <summary>
    /// What the packet carried has arrived, by way of parity. The packet itself may be lost or only late, which jitter
    /// makes common, so its fate is left to loss detection like that of any other.
    /// </summary>
    private void HandleRecovered(ulong number)
    {
        if (number < Packets.Oldest || number >= Packets.Next)
        {
            return;
        }

        ref SentPacket packet = ref Packets[number];
        if (packet.State != PacketState.Settled)
        {
            // Nothing is left to probe for.
            packet.Traits |= PacketTraits.Probed;
            SettleItems(packet);
        }
    }

    private void GiveUp(ulong number, long nowNs)
    {
        SentPacket packet = Packets[number];
        Packets.MarkLost(number);
        CountLoss(packet, nowNs);
        _owner.OnPacketLost(number, packet, nowNs);
        for (int i = 0; i < packet.ItemCount; i++)
        {
            SentItem item = Packets.ItemAt(packet.FirstItem + i);
            _owner.OnItemLost(item);
        }
    }

    private void CountLoss(in SentPacket packet, long nowNs)
    {
        if (packet.Is(PacketTraits.Uncounted))
        {
            return;
        }

        LostPackets++;
        Rate.OnLost(packet.Bytes, nowNs);
    }

    private void SettleItems(in SentPacket packet)
    {
        for (int i = 0; i < packet.ItemCount; i++)
        {
            SentItem item = Packets.ItemAt(packet.FirstItem + i);
            _owner.OnItemAcked(item);
        }
    }

    /// <summary>
    /// Tells the estimators each packet's outcome once, in order of packet number, when it can no longer change soon:
    /// bursts are only seen in order.
    /// </summary>
    private void SettleOutcomes()
    {
        ulong number = Math.Max((ulong)_outcomesUpTo, Packets.Oldest);
        for (; number < Packets.Next && number <= Loss.LargestAcked; number++)
        {
            ref readonly SentPacket packet = ref Packets[number];
            if (packet.State == PacketState.InFlight)
            {
                break;
            }

            if (packet.Is(PacketTraits.AckEliciting) && !packet.Is(PacketTraits.Uncounted))
            {
                bool isLost = packet.State == PacketState.Lost;
                Bursts.OnOutcome(packet.SentAtNs, isLost);
                if (isLost)
                {
                    LossRate.OnLost();
                }
                else
                {
                    LossRate.OnAcked();
                }
            }
        }

        _outcomesUpTo = (long)number;
    }
}
