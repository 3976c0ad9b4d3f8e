namespace Scp.Protocol.Congestion;

/// <summary>What a stretch of time showed, gathered frame by frame and judged at its end.</summary>
internal struct Round
{
    private long _startedAtNs;
    private long _deliveredBefore;

    public long MinRttNs { get; private set; }

    public long LostBytes { get; private set; }

    public bool SawAppLimit { get; private set; }

    public readonly bool HasRtt => MinRttNs != long.MaxValue;

    /// <summary>Begins a stretch when <paramref name="deliveredBytes"/> had been delivered in all.</summary>
    public void Start(long nowNs, long deliveredBytes)
    {
        this = default;
        _startedAtNs = nowNs;
        _deliveredBefore = deliveredBytes;
        MinRttNs = long.MaxValue;
    }

    public void OnRtt(long rttNs) => MinRttNs = Math.Min(MinRttNs, rttNs);

    public void OnLost(int bytes) => LostBytes += bytes;

    public void OnSpurious(int bytes) => LostBytes = Math.Max(LostBytes - bytes, 0);

    public void OnSample(in RateSample sample) => SawAppLimit |= sample.IsAppLimited;

    public readonly long LengthNs(long nowNs) => nowNs - _startedAtNs;

    public readonly long DeliveredIn(long deliveredBytes) => deliveredBytes - _deliveredBefore;

    public readonly long RateAt(long nowNs, long deliveredBytes) => RateMath.RateOf(DeliveredIn(deliveredBytes), LengthNs(nowNs));
}
