namespace Scp.Protocol.Recovery;

/// <summary>Round-trip time, smoothed as in RFC 9002, section 5.</summary>
internal struct RttEstimator
{
    /// <summary>The smallest allowance for variation in a timer: an idle virtual CPU wakes late.</summary>
    public const long MinVariationNs = 5_000_000;

    private bool _hasSample;

    public RttEstimator()
    {
        SmoothedNs = ScpLimits.InitialRttNs;
        VariationNs = ScpLimits.InitialRttNs / 2;
        MinNs = long.MaxValue;
        LatestNs = ScpLimits.InitialRttNs;
    }

    public long SmoothedNs { get; private set; }

    /// <summary>Mean deviation, which is also the jitter that statistics report.</summary>
    public long VariationNs { get; private set; }

    public long MinNs { get; private set; }

    public long LatestNs { get; private set; }

    public readonly bool HasSample => _hasSample;

    /// <summary>How long to wait for an acknowledgement before sending again unasked.</summary>
    public readonly long ProbeTimeoutNs => SmoothedNs + Math.Max(4 * VariationNs, MinVariationNs);

    public void Add(long rttNs, long ackDelayNs)
    {
        rttNs = Math.Max(1, rttNs);
        LatestNs = rttNs;
        if (!_hasSample)
        {
            _hasSample = true;
            MinNs = rttNs;
            SmoothedNs = rttNs;
            VariationNs = rttNs / 2;
            return;
        }

        MinNs = Math.Min(MinNs, rttNs);

        // A peer's claimed delay may not push a sample below the smallest round trip seen.
        long adjustedNs = rttNs - ackDelayNs >= MinNs ? rttNs - ackDelayNs : rttNs;
        long deviationNs = Math.Abs(SmoothedNs - adjustedNs);
        VariationNs += (deviationNs - VariationNs) / 4;
        SmoothedNs += (adjustedNs - SmoothedNs) / 8;
    }
}
