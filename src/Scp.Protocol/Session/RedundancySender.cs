using Scp.Protocol.Messages;
using Scp.Protocol.Recovery;
using Scp.Protocol.Redundancy;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Session;

/// <summary>
/// What is sent without being asked for, so that one loss costs nobody a round trip: parity over packets, earlier
/// replies in later ones, copies. Asks the policy for a plan about every half round trip and the budget for every byte;
/// copies of urgent messages are paid for by whoever marked them,
/// and stop while this session's own queue grows.
/// </summary>
internal sealed class RedundancySender
{
    private const long MinPlanIntervalNs = 5_000_000;
    private const long RateMemoryNs = 1_000_000_000;
    private const int MaxPartOverheadBytes = 80;

    private readonly OutgoingMessages _outgoing;
    private readonly Reliability _reliability;
    private readonly bool _isAllowed;
    private readonly ParityEncoder _parity = new(ScpLimits.BaseDatagramBytes);
    private readonly CopySchedule _copies = new();
    private readonly RecentReplies _replies = new();
    private readonly RedundancyBudget _budget = new();
    private readonly RedundancyPolicy _policy = new();
    private DecayingSum _criticalPackets = new(RateMemoryNs);
    private DecayingSum _criticalBytes = new(RateMemoryNs);
    private RedundancyPlan _plan = RedundancyPlan.Off(1, 0);
    private long _plannedAtNs;

    public RedundancySender(OutgoingMessages outgoing, Reliability reliability, bool isAllowed)
    {
        _outgoing = outgoing;
        _reliability = reliability;
        _isAllowed = isAllowed;
    }

    public RedundancyPlan Plan => _plan;

    public long ParityAtNs => _parity.DueAtNs;

    public long NextCopyAtNs => _copies.NextAtNs;

    public void OnBaseBytes(int bytes, long nowNs) => _budget.OnBaseBytes(bytes, nowNs);

    /// <summary>Counts a packet of the peer: parity and repeats on its account of redundancy, all else as traffic.</summary>
    public void OnReceived(int wireBytes, int redundantBytes, long nowNs)
    {
        if (redundantBytes > 0)
        {
            _budget.OnPeerRedundancy(redundantBytes, nowNs);
        }

        if (wireBytes > redundantBytes)
        {
            _budget.OnBaseBytes(wireBytes - redundantBytes, nowNs);
        }
    }

    /// <summary>The path is another: what was learned of loss and bursts belongs to the old one.</summary>
    public void OnPathChanged()
    {
        _reliability.LossRate.Reset();
        _reliability.Bursts.Reset();
        _parity.Clear();
        _plannedAtNs = 0;
    }

    /// <summary>Looks at the path again, if the last look is old enough.</summary>
    public void Replan(long nowNs)
    {
        ref readonly RttEstimator rtt = ref _reliability.Loss.Rtt;
        if (!_isAllowed || !rtt.HasSample || nowNs - _plannedAtNs < Math.Max(rtt.SmoothedNs / 2, MinPlanIntervalNs))
        {
            return;
        }

        _plannedAtNs = nowNs;
        long packets = _criticalPackets.PerSecond(nowNs);
        _plan = _policy.Decide(
            new PathConditions
            {
                RttNs = rtt.SmoothedNs,
                RttFloorNs = _reliability.Rate.FloorRttNs > 0 ? _reliability.Rate.FloorRttNs : rtt.MinNs,
                IsRttRising = _reliability.Rate.IsFillingQueue,
                Loss = _reliability.LossRate.Estimate,
                IsLossNegligible = _reliability.LossRate.IsOff,
                BurstNs = _reliability.Bursts.BurstNs,
                PacketsPerSecond = packets,
                PacketBytes = packets > 0 ? (int)(_criticalBytes.PerSecond(nowNs) / packets) : ScpLimits.BaseDatagramBytes,
                GrantBytesPerSecond = _budget.GrantBytesPerSecond(nowNs),
            },
            nowNs);
        if (_plan.IsEnabled)
        {
            _parity.Configure(_plan.ParityGroup, _plan.ParityDelayNs, _plan.Interleave, _plan.ParitySpreadNs);
        }
        else
        {
            _parity.Clear();
        }
    }

    /// <summary>A packet with something latency-critical is about to be sealed.</summary>
    public void Cover(ulong packetNumber, ReadOnlySpan<byte> payload, in PacketContents contents, long nowNs)
    {
        _criticalPackets.Add(1, nowNs);
        _criticalBytes.Add(payload.Length + MaxPartOverheadBytes, nowNs);
        bool hasOwnCopies = contents.IsOnlyUrgent && _plan.UrgentCopies > 1;
        if (_plan.IsEnabled && !hasOwnCopies && (contents.IsMoreThanSmallReplies || _plan.RepliesRepeated == 0))
        {
            _ = _parity.Add(packetNumber, payload, nowNs);
        }
    }

    /// <summary>Writes a parity frame that is due and paid for.</summary>
    public bool TryWriteParity(ref WireWriter writer, ulong packetNumber, int overheadBytes, long nowNs)
    {
        _parity.MaxPayloadBytes = writer.Remaining;
        while (_parity.TryTake(nowNs, out ParityGroup group))
        {
            int size = ParityFrame.SizeOf(packetNumber, group.PacketNumbers, group.Xor.Length);
            if (size <= writer.Remaining && _budget.TrySpend(size + overheadBytes, nowNs))
            {
                ParityFrame.Format(ref writer, packetNumber, group.PacketNumbers, group.Xor);
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds what may ride along in a packet, and remembers what should be sent again later.</summary>
    public void AddExtras(ref WireWriter writer, ref BuiltPacket built, long nowNs)
    {
        WriteCopies(ref writer, ref built, nowNs);
        if (built.Contents.FreshReply is { } fresh)
        {
            RepeatEarlierReply(ref writer, ref built, nowNs);
            _replies.Add(fresh, nowNs);
        }

        for (int i = 0; i < built.Contents.CandidateCount; i++)
        {
            PacketContents.CopyCandidate candidate = built.Contents.Candidates[i];
            int copies = (candidate.IsRetry ? _plan.RetryCopies : _plan.UrgentCopies) - 1;
            for (int copy = 1; copy <= copies; copy++)
            {
                _copies.Add(candidate.Message, candidate.Part, nowNs + (copy * _plan.CopySpacingNs), candidate.Message.IsUrgent);
            }
        }
    }

    private void WriteCopies(ref WireWriter writer, ref BuiltPacket built, long nowNs)
    {
        while (_copies.TryPeek(nowNs, out CopySchedule.Copy copy))
        {
            int bytes = copy.Message.PartPayload(copy.Part).Length + MaxPartOverheadBytes;
            if (bytes > writer.Remaining)
            {
                return;
            }

            _copies.Take();
            if (!TryPay(copy.IsUrgent, bytes, nowNs))
            {
                continue;
            }

            int before = writer.Written;
            _outgoing.WritePart(ref writer, copy.Message, copy.Part, _reliability.Packets, nowNs);
            int written = writer.Written - before;
            built.UrgentBytes += copy.IsUrgent ? written : 0;
            built.RedundantBytes += copy.IsUrgent ? 0 : written;
        }
    }

    private bool TryPay(bool isUrgent, int bytes, long nowNs)
    {
        if (!isUrgent)
        {
            return _budget.TrySpend(bytes, nowNs);
        }

        // Whoever marks a message urgent has accepted the price, but not a queue that delays everything.
        return !_reliability.Rate.IsFillingQueue;
    }

    private void RepeatEarlierReply(ref WireWriter writer, ref BuiltPacket built, long nowNs)
    {
        if (_plan.RepliesRepeated == 0 || _replies.Find(nowNs, _plan.ReplyRepeatAgeNs, _plan.RepliesRepeated) is not { } reply)
        {
            return;
        }

        int bytes = reply.Length + MaxPartOverheadBytes;
        if (bytes > writer.Remaining || !_budget.TrySpend(reply.Length + MessageFrameOverhead(reply), nowNs))
        {
            return;
        }

        int before = writer.Written;
        reply.Repeats++;
        _outgoing.WritePart(ref writer, reply, 0, _reliability.Packets, nowNs);
        built.RedundantBytes += writer.Written - before;
    }

    private static int MessageFrameOverhead(OutgoingMessage reply) =>
        MessageFrame.SizeOf(reply.Kind, reply.Id, 0, reply.Parts, reply.Head, reply.Length) - reply.Length;
}
