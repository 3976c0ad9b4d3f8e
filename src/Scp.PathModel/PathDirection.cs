using System.Runtime.CompilerServices;

namespace Scp.PathModel;

/// <summary>
/// One direction of a network path. A packet passes, in this order: the cut, the MTU, the queue and the line of the given rate,
/// loss (in bursts, then random), delay with jitter, holding back, duplication, corruption. Loss comes after the line, so a lost
/// packet has used its share of the rate, as one lost beyond a bottleneck has.
///
/// The verdict is given at once and is final: neither <see cref="Apply"/> nor <see cref="Cut"/> takes back a delivery that was
/// announced. Whoever wants a cut to swallow what is under way clears the <see cref="DeliveryQueue{T}"/> too.
///
/// Deterministic: the same profile, seed and offers give the same verdicts. Time is the caller's and must not run backwards.
/// Owned by one thread. Offering allocates nothing.
/// </summary>
public sealed class PathDirection
{
    private PathRandom _random;
    private OutageClock _outages;
    private JitterSource _jitter;
    private BottleneckQueue _bottleneck;
    private PathStatistics _statistics;

    private ulong _lossThreshold;
    private ulong _burstLossThreshold;
    private ulong _reorderThreshold;
    private ulong _duplicateThreshold;
    private ulong _corruptThreshold;

    private long _nowNs;
    private long _lastDeliverAtNs;
    private long _latestDeliverAtNs;

    public PathDirection(PathProfile profile, ulong seed, long nowNs = 0)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentOutOfRangeException.ThrowIfNegative(nowNs);

        var seeds = new PathRandom(seed);
        _random = seeds.Fork();
        _outages = new OutageClock(seeds.NextUInt64());
        _jitter = new JitterSource(seeds.NextUInt64());
        _nowNs = nowNs;
        Profile = profile;
        Apply(profile, nowNs);
    }

    public PathProfile Profile { get; private set; }

    public bool IsCut { get; private set; }

    public PathStatistics Statistics => _statistics;

    /// <summary>How long the packets in the queue would keep the line busy.</summary>
    public long QueuedNs(long nowNs) => _bottleneck.BacklogNs(nowNs);

    /// <summary>
    /// Changes the path from now on. Packets under way keep their times; new ones queue behind them, and with
    /// <see cref="PathProfile.KeepOrder"/> a shorter delay does not let them overtake.
    /// </summary>
    public void Apply(PathProfile profile, long nowNs)
    {
        ArgumentNullException.ThrowIfNull(profile);
        PathProfileRules.ThrowIfInvalid(profile);
        MoveTo(nowNs);

        Profile = profile;
        _bottleneck.Configure(profile);
        _outages.Configure(profile.Burst, nowNs);
        _jitter.Configure(profile);
        _lossThreshold = PathRandom.ThresholdOf(profile.LossProbability);
        _burstLossThreshold = PathRandom.ThresholdOf(profile.Burst?.LossProbability ?? 0);
        _reorderThreshold = PathRandom.ThresholdOf(profile.ReorderProbability);
        _duplicateThreshold = PathRandom.ThresholdOf(profile.DuplicateProbability);
        _corruptThreshold = PathRandom.ThresholdOf(profile.CorruptProbability);
    }

    /// <summary>Drops what is offered from here on, before it enters the queue.</summary>
    public void Cut() => IsCut = true;

    public void Heal() => IsCut = false;

    /// <summary>Sends a packet of <paramref name="sizeBytes"/>, IP header included, into the path.</summary>
    public Verdict Offer(long nowNs, int sizeBytes)
    {
        if (sizeBytes <= 0)
        {
            ThrowBadSize();
        }

        MoveTo(nowNs);
        _statistics.Offered++;
        _statistics.OfferedBytes += sizeBytes;

        DropReason reason = TryCarry(nowNs, sizeBytes, out long departNs);
        if (reason != DropReason.None)
        {
            _statistics.CountDrop(reason);
            return new Verdict(reason);
        }

        _statistics.Delivered++;
        _statistics.DeliveredBytes += sizeBytes;
        var original = new Delivery(ArrivalNs(departNs), NextCorruptBit(sizeBytes));
        if (!_random.Hit(_duplicateThreshold))
        {
            return new Verdict(original);
        }

        _statistics.Duplicated++;
        return new Verdict(original, new Delivery(original.DeliverAtNs + Profile.DuplicateDelayNs, NextCorruptBit(sizeBytes)));
    }

    private DropReason TryCarry(long nowNs, int sizeBytes, out long departNs)
    {
        departNs = nowNs;
        if (IsCut)
        {
            return DropReason.Cut;
        }

        if (sizeBytes > Profile.MtuBytes)
        {
            return DropReason.TooBig;
        }

        if (!_bottleneck.TryPass(nowNs, sizeBytes, out departNs))
        {
            return DropReason.QueueFull;
        }

        NoteQueue(departNs - nowNs);
        if (_outages.IsInBurst(departNs))
        {
            return _random.Hit(_burstLossThreshold) ? DropReason.Burst : DropReason.None;
        }

        return _random.Hit(_lossThreshold) ? DropReason.Random : DropReason.None;
    }

    private long ArrivalNs(long departNs)
    {
        long arrivalNs = departNs + Profile.OneWayDelayNs + _jitter.OffsetNs(departNs);
        if (Profile.KeepOrder)
        {
            arrivalNs = Math.Max(arrivalNs, _lastDeliverAtNs);
        }

        if (_random.Hit(_reorderThreshold))
        {
            // The packet steps aside: those behind it keep order among themselves and do not wait for it.
            _statistics.HeldBack++;
            arrivalNs += Profile.ReorderDelayNs;
        }
        else
        {
            _lastDeliverAtNs = arrivalNs;
        }

        if (arrivalNs < _latestDeliverAtNs)
        {
            _statistics.Reordered++;
        }
        else
        {
            _latestDeliverAtNs = arrivalNs;
        }

        return arrivalNs;
    }

    private int NextCorruptBit(int sizeBytes)
    {
        if (!_random.Hit(_corruptThreshold))
        {
            return -1;
        }

        _statistics.Corrupted++;
        return (int)_random.NextBelow(sizeBytes * 8L);
    }

    private void NoteQueue(long backlogNs)
    {
        if (backlogNs > _statistics.QueueHighWaterNs)
        {
            _statistics.QueueHighWaterNs = backlogNs;
        }

        long backlogBytes = _bottleneck.BytesIn(backlogNs);
        if (backlogBytes > _statistics.QueueHighWaterBytes)
        {
            _statistics.QueueHighWaterBytes = backlogBytes;
        }
    }

    private void MoveTo(long nowNs)
    {
        if (nowNs < _nowNs)
        {
            ThrowBackwards(nowNs);
        }

        _nowNs = nowNs;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowBackwards(long nowNs) =>
        throw new InvalidOperationException($"Time ran backwards on path {Profile.Name}: from {_nowNs} to {nowNs} ns.");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowBadSize() =>
        throw new InvalidOperationException($"A packet without bytes was offered to path {Profile.Name}.");
}
