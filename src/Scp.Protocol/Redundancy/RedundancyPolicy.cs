namespace Scp.Protocol.Redundancy;

/// <summary>
/// Turns what is known of a path into a plan. Ask every round trip or so; every threshold has a second one for the way
/// back, so that the plan does not flap around it.
/// <list type="bullet">
/// <item>No redundancy below 5 ms of round trip, where a retry is cheap; none when loss is negligible; none while the
/// round trip stands above its floor or rises, since more bytes make a queue longer: that ends at once and begins again
/// only after a second without.</item>
/// <item>Parity over four packets, or after t = min(RTT/5, 20 ms). When no second packet is to be expected within t,
/// waiting that long gains nothing, and the parity, then a plain copy, follows at copy spacing. Between these, when the
/// budget cannot pay for the small groups that t would make, groups are given the time to grow.</item>
/// <item>A small reply repeats the one before it while replies follow each other within t; sparser ones use parity.</item>
/// <item>Against bursts that outlast the packets' spacing, consecutive packets go to different groups, parity waits a
/// burst's length after its group, and replies repeat one that is older than a burst. Copies are spaced beyond the
/// burst, up to half a round trip. Parity may then wait a round trip in all: later than that, a retry is as good.</item>
/// <item>Urgent messages go twice, and three times when loss is above 2%, as far as the budget can pay that for all of
/// them: a third copy of some is not worth the second of others.</item>
/// </list>
/// </summary>
internal sealed class RedundancyPolicy
{
    private const int FullGroup = 4;
    private const long MinRttNs = 5_000_000;
    private const long ReturnRttNs = 6_000_000;
    private const long MaxParityDelayNs = 20_000_000;
    private const long MinCopySpacingNs = 5_000_000;
    private const long MaxCopySpacingNs = 10_000_000;
    private const long CongestionSlackNs = 10_000_000;
    private const long CongestionHoldNs = 1_000_000_000;
    private const int TwoCopiesPpm = 1_000;
    private const int BackToOneCopyPpm = 700;
    private const int ThreeCopiesPpm = 20_000;
    private const int BackToTwoCopiesPpm = 15_000;
    private const long SecondNs = 1_000_000_000;

    private bool _isLongPath;
    private bool _isCongested;
    private bool _isDense;
    private long _calmSinceNs;
    private int _urgentCopies = 1;

    public RedundancyPlan Decide(in PathConditions path, long nowNs)
    {
        _isLongPath = path.RttFloorNs >= (_isLongPath ? MinRttNs : ReturnRttNs);
        NoteCongestion(path, nowNs);
        ChooseUrgentCopies(path);

        long copySpacingNs = CopySpacing(path);
        if (!_isLongPath || _isCongested || path.IsLossNegligible)
        {
            // A packet lost twice deserves a second copy on any path, unless the path has told us to send less.
            return RedundancyPlan.Off(_isCongested ? 1 : 2, copySpacingNs);
        }

        long spacingNs = Math.Max(1, SecondNs / Math.Max(1, path.PacketsPerSecond));
        long patienceNs = Math.Min(path.RttNs / 5, MaxParityDelayNs);
        _isDense = spacingNs <= (_isDense ? patienceNs + (patienceNs / 4) : patienceNs);

        RedundancyPlan plan = new(
            IsEnabled: true,
            ParityGroup: FullGroup,
            ParityDelayNs: ParityDelay(path, spacingNs, patienceNs, copySpacingNs),
            ParitySpreadNs: 0,
            Interleave: 1,
            RepliesRepeated: _isDense ? 1 : 0,
            ReplyRepeatAgeNs: 0,
            UrgentCopies: _urgentCopies,
            CopySpacingNs: copySpacingNs,
            RetryCopies: 2);
        return path.BurstNs == 0 ? plan : AgainstBursts(plan, path, spacingNs);
    }

    /// <summary>
    /// The queue of a standing congestion shows in the smoothed round trip; half the floor more is beyond what jitter on
    /// a healthy path adds.
    /// </summary>
    private void NoteCongestion(in PathConditions path, long nowNs)
    {
        if (path.IsRttRising || path.RttNs > path.RttFloorNs + (path.RttFloorNs / 2) + CongestionSlackNs)
        {
            _isCongested = true;
            _calmSinceNs = nowNs;
        }
        else if (nowNs - _calmSinceNs >= CongestionHoldNs)
        {
            _isCongested = false;
        }
    }

    private void ChooseUrgentCopies(in PathConditions path)
    {
        int wanted = _urgentCopies switch
        {
            1 when path.Loss.Ppm <= TwoCopiesPpm => 1,
            2 when path.Loss.Ppm < BackToOneCopyPpm => 1,
            3 when path.Loss.Ppm >= BackToTwoCopiesPpm => 3,
            _ => path.Loss.Ppm > ThreeCopiesPpm ? 3 : path.Loss.Ppm >= BackToOneCopyPpm ? 2 : 1,
        };
        while (wanted > 1 && !CanAfford(wanted, path))
        {
            wanted--;
        }

        _urgentCopies = wanted;
    }

    /// <summary>More copies than now need a tenth to spare; as many as now may lack a tenth.</summary>
    private bool CanAfford(int copies, in PathConditions path)
    {
        long marginPercent = copies > _urgentCopies ? 110 : 90;
        return (copies - 1) * (path.UrgentBytesPerSecond / 100) * marginPercent <= path.GrantBytesPerSecond;
    }

    private static long CopySpacing(in PathConditions path)
    {
        long spacingNs = Math.Clamp(path.RttNs / 16, MinCopySpacingNs, MaxCopySpacingNs);
        return Math.Min(Math.Max(spacingNs, Beyond(path.BurstNs)), path.RttNs / 2);
    }

    /// <summary>A burst's length and a quarter: the estimate is a percentile, not a maximum.</summary>
    private static long Beyond(long burstNs) => burstNs + (burstNs / 4);

    private long ParityDelay(in PathConditions path, long spacingNs, long patienceNs, long copySpacingNs)
    {
        long delayNs = _isDense ? patienceNs : Math.Min(patienceNs, copySpacingNs);
        long affordable = path.GrantBytesPerSecond / Math.Max(1, path.PacketBytes);
        long neededGroup = affordable <= 0 ? FullGroup : (path.PacketsPerSecond + affordable - 1) / affordable;
        long toGrowNs = (Math.Clamp(neededGroup, 1, FullGroup) - 1) * spacingNs;
        return Math.Max(delayNs, Math.Min(toGrowNs, path.RttNs / 2));
    }

    /// <summary>
    /// With m groups in turn, packets of one group are m spacings apart, a full one spans 3 m of them, and its parity
    /// comes a burst later. What exceeds a round trip is cut: first the margin over the burst's length, which is a high
    /// percentile already, then the number of groups, since a burst that takes two packets of some groups is still
    /// better than one that takes all of one.
    /// </summary>
    private RedundancyPlan AgainstBursts(in RedundancyPlan plan, in PathConditions path, long spacingNs)
    {
        if (!_isDense || spacingNs >= path.BurstNs)
        {
            return plan with { ParityDelayNs = Math.Max(plan.ParityDelayNs, Math.Min(Beyond(path.BurstNs), path.RttNs / 2)) };
        }

        long usualBurstNs = Math.Min(path.BurstNs - (path.BurstNs / 6), path.RttNs / 2);
        long packetsInBurst = (usualBurstNs + spacingNs - 1) / spacingNs;
        long packetsInTime = (path.RttNs - usualBurstNs) / ((FullGroup - 1) * spacingNs);
        int interleave = (int)Math.Clamp(Math.Min(packetsInBurst, packetsInTime), 1, RedundancyLimits.MaxInterleave);
        long groupNs = interleave * (FullGroup - 1) * spacingNs;
        return plan with
        {
            Interleave = interleave,
            ParitySpreadNs = Math.Clamp(path.RttNs - groupNs, 0, Math.Min(Beyond(path.BurstNs), path.RttNs / 2)),
            ParityDelayNs = Math.Max(plan.ParityDelayNs, Math.Min(groupNs + spacingNs, path.RttNs)),
            ReplyRepeatAgeNs = Beyond(path.BurstNs),
        };
    }
}
