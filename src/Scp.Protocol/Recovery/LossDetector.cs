namespace Scp.Protocol.Recovery;

/// <summary>
/// Decides which packets are lost and when to probe. A packet is lost once one sent after it was acknowledged and the
/// time a reordered packet may take has passed (RFC 8985's idea: time alone, never a count of packets, since jitter on
/// a path with dense traffic reorders many). The allowance for reordering follows what was seen.
/// <para>A packet that waits longer than the probe timeout has its contents sent again without being given up: the timer
/// belongs to the oldest packet, not to the last one sent, so a steady flow cannot push it away.</para>
/// </summary>
internal sealed class LossDetector
{
    private const long MinReorderNs = 1_000_000;
    private const long ReorderDecayNs = 10_000_000_000;

    /// <summary>
    /// A lane loses nothing, but what it carried may be stuck behind a stall, refused for want of room, or told in an
    /// acknowledgement that had no place for it. When later packets have been acknowledged for so long, it goes again.
    /// </summary>
    private const long TunnelPatienceNs = 1_000_000_000;

    private readonly SentPackets _packets;
    private RttEstimator _rtt = new();
    private ulong _largestAcked;
    private long _largestAckedSentAtNs;
    private long _largestAckedAtNs;
    private long _reorderExtentNs;
    private long _reorderSeenAtNs;
    private long _lossAtNs = long.MaxValue;
    private long _lastProbeAtNs;
    private int _probeCount;

    public LossDetector(SentPackets packets) => _packets = packets;

    public ref readonly RttEstimator Rtt => ref _rtt;

    /// <summary>Probe timers that fired since anything was acknowledged.</summary>
    public int ProbeCount => _probeCount;

    public ulong LargestAcked => _largestAcked;

    /// <summary>Time by which a packet may arrive after one sent later.</summary>
    public long ReorderWindowNs => Math.Clamp(
        Math.Max(_rtt.SmoothedNs / 16, _reorderExtentNs + (_reorderExtentNs / 4)), MinReorderNs, Math.Max(MinReorderNs, _rtt.SmoothedNs / 2));

    /// <summary>A packet was acknowledged. Call for each, newest last or first, then <see cref="DetectLost"/>.</summary>
    public void OnAcked(ulong packetNumber, in SentPacket packet, long nowNs)
    {
        _probeCount = 0;
        if (packetNumber > _largestAcked)
        {
            _largestAcked = packetNumber;
            _largestAckedSentAtNs = packet.SentAtNs;
            _largestAckedAtNs = nowNs;
        }
        else if (nowNs > _largestAckedAtNs && !packet.Is(PacketTraits.Uncounted))
        {
            NoteReordering(nowNs - _largestAckedAtNs, nowNs);
        }
    }

    /// <summary>
    /// The newest packet that the peer has; true when that is news. It may be one that asked for no acknowledgement, but
    /// it proves just as well that what was sent before it and is not acknowledged is late: a side that only
    /// acknowledges sends nothing else.
    /// </summary>
    public bool OnLargestAcked(ulong packetNumber, in SentPacket packet, long nowNs)
    {
        if (packetNumber <= _largestAcked)
        {
            return false;
        }

        _largestAcked = packetNumber;
        _largestAckedSentAtNs = packet.SentAtNs;
        _largestAckedAtNs = nowNs;
        return true;
    }

    /// <summary>A packet was reported late that had been given up.</summary>
    public void OnSpurious(in SentPacket packet, long nowNs) =>
        NoteReordering(Math.Max(0, nowNs - packet.SentAtNs - _rtt.SmoothedNs), nowNs);

    public void OnRttSample(long rttNs, long ackDelayNs) => _rtt.Add(rttNs, ackDelayNs);

    /// <summary>Nothing measured on the old path, nor what went unanswered there, says anything about the new one.</summary>
    public void OnPathChanged()
    {
        _rtt = new RttEstimator();
        _probeCount = 0;
    }

    /// <summary>
    /// Collects packets that are lost by now into <paramref name="lost"/> and returns their count; when it fills, the
    /// timer is due at once for the rest.
    /// </summary>
    public int DetectLost(long nowNs, Span<ulong> lost)
    {
        _lossAtNs = long.MaxValue;
        int count = 0;
        long waitNs = Math.Max(_rtt.SmoothedNs, _rtt.LatestNs) + ReorderWindowNs;
        for (ulong number = _packets.FindInFlight(_packets.Oldest, _largestAcked); number < _largestAcked; number = _packets.FindInFlight(number + 1, _largestAcked))
        {
            ref SentPacket packet = ref _packets[number];
            if (packet.SentAtNs > _largestAckedSentAtNs)
            {
                continue;
            }

            bool isTunnelled = packet.Is(PacketTraits.Tunnelled);
            long lostAtNs = packet.SentAtNs + (isTunnelled ? Math.Max(waitNs, TunnelPatienceNs) : waitNs);
            if (lostAtNs > nowNs || count == lost.Length)
            {
                _lossAtNs = Math.Min(_lossAtNs, Math.Max(lostAtNs, nowNs));
                if (isTunnelled && count < lost.Length)
                {
                    continue;
                }

                break;
            }

            lost[count++] = number;
        }

        return count;
    }

    /// <summary>When to call <see cref="DetectLost"/> even if nothing arrives.</summary>
    public long LossAtNs => _lossAtNs;

    /// <summary>When the oldest waiting packet is to be probed for; <see cref="long.MaxValue"/> when none waits.</summary>
    public long ProbeAtNs
    {
        get
        {
            if (_packets.TimedInFlight == 0)
            {
                // Asked after every input: not the time to look through thousands of packets that went by lane.
                return long.MaxValue;
            }

            ulong oldest = FindUnprobed();
            if (oldest == _packets.Next)
            {
                return _lastProbeAtNs + ProbeIntervalNs;
            }

            long afterSendNs = _packets[oldest].SentAtNs + _rtt.ProbeTimeoutNs;
            return _probeCount == 0 ? afterSendNs : Math.Max(afterSendNs, _lastProbeAtNs + ProbeIntervalNs);
        }
    }

    private long ProbeIntervalNs
    {
        get
        {
            long intervalNs = _rtt.ProbeTimeoutNs;
            for (int i = 0; i < _probeCount && intervalNs < ScpLimits.MaxProbeIntervalNs; i++)
            {
                intervalNs += intervalNs / 2;
            }

            return Math.Min(intervalNs, ScpLimits.MaxProbeIntervalNs);
        }
    }

    /// <summary>
    /// The probe timer fired: collects the packets whose contents are to be sent again. At least one, unless nothing is
    /// in flight.
    /// </summary>
    public int TakeProbes(long nowNs, Span<ulong> probes)
    {
        _lastProbeAtNs = nowNs;
        _probeCount++;
        int count = 0;
        for (ulong number = FindUnprobed(); number != _packets.Next && count < probes.Length; number = _packets.FindInFlight(number + 1, _packets.Next))
        {
            ref SentPacket packet = ref _packets[number];
            if (packet.Is(PacketTraits.Untimed | PacketTraits.Probed))
            {
                continue;
            }

            if (count > 0 && packet.SentAtNs + _rtt.ProbeTimeoutNs > nowNs)
            {
                break;
            }

            packet.Traits |= PacketTraits.Probed;
            probes[count++] = number;
        }

        return count;
    }

    private ulong FindUnprobed()
    {
        ulong number = _packets.FindInFlight(_packets.Oldest, _packets.Next);
        while (number != _packets.Next && _packets[number].Is(PacketTraits.Probed | PacketTraits.Untimed))
        {
            number = _packets.FindInFlight(number + 1, _packets.Next);
        }

        return number;
    }

    private void NoteReordering(long extentNs, long nowNs)
    {
        if (nowNs - _reorderSeenAtNs > ReorderDecayNs)
        {
            _reorderExtentNs = 0;
        }

        if (extentNs >= _reorderExtentNs)
        {
            _reorderExtentNs = extentNs;
            _reorderSeenAtNs = nowNs;
        }
    }
}
