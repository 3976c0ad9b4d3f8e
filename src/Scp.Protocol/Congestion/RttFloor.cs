namespace Scp.Protocol.Congestion;

/// <summary>
/// The round-trip time of the empty path, and how far above it a measurement must be before it means a queue.
/// <para>
/// The floor is the smallest sample, and it stays known only while it is met again now and then: when nothing near it
/// was seen for <see cref="WindowNs"/> it may be history (another route, or a queue of somebody else's that was short
/// for a moment), and the controller has to empty its own queue and measure anew.
/// </para>
/// </summary>
internal struct RttFloor
{
    /// <summary>How long a floor is believed without being met again.</summary>
    public const long WindowNs = 10 * RateMath.NsPerSecond;

    private const long MinMarginNs = 1_500_000;
    private const long MaxMarginNs = 8_000_000;

    private long _nearSeenAtNs;
    private long _deviationNs;

    /// <summary>The round trip of the empty path, or 0 before the first sample.</summary>
    public long Ns { get; private set; }

    /// <summary>
    /// A whole round further than this above the floor means a standing queue: a tenth of the floor, within bounds, so
    /// that a short path is not judged by scheduling noise and a long one is not allowed tens of milliseconds of queue.
    /// Jitter lifts even the smallest sample of a round, so half its mean deviation is added.
    /// </summary>
    public readonly long MarginNs => Math.Clamp(Ns / 10, MinMarginNs, MaxMarginNs) + (_deviationNs / 2);

    public void OnSample(long rttNs, long smoothedRttNs, long nowNs)
    {
        _deviationNs += (Math.Abs(rttNs - smoothedRttNs) - _deviationNs) / 16;
        if (Ns == 0 || rttNs < Ns)
        {
            Ns = Math.Max(rttNs, 1);
        }

        // "Near" is tighter than the margin: a floor that is a little too low must not be believed for ever.
        if (rttNs <= Ns + (Ns / 64) + (MinMarginNs / 4) + (_deviationNs / 4))
        {
            _nearSeenAtNs = nowNs;
        }
    }

    public readonly bool IsStale(long nowNs) => Ns != 0 && nowNs - _nearSeenAtNs > WindowNs;

    /// <summary>Replaces the floor by one that was measured with an empty queue of one's own.</summary>
    public void Replace(long rttNs, long nowNs)
    {
        Ns = rttNs;
        _nearSeenAtNs = nowNs;
    }

    /// <summary>Believes the floor for another window: time passed in which nothing was sent.</summary>
    public void Extend(long nowNs) => _nearSeenAtNs = nowNs;
}
