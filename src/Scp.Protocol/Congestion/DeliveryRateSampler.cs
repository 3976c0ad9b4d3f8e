using System.Runtime.CompilerServices;

namespace Scp.Protocol.Congestion;

/// <summary>
/// Measures how fast the path delivers. A packet is stamped with the bytes delivered so far when it leaves; when it is
/// acknowledged, what was delivered since, over the longer of the time it took to send that much and the time it took
/// to have it acknowledged, is the rate. Taking the longer of the two keeps bunched acknowledgements from looking like
/// a fast path.
/// <para>
/// It also tells the rounds: one has passed when a packet is acknowledged that left after the round began.
/// </para>
/// Per acknowledgement frame: <see cref="OnAcked"/> for each packet, then one <see cref="Take"/>.
/// </summary>
internal sealed class DeliveryRateSampler
{
    private long _deliveredBytes;
    private long _deliveredAtNs;
    private long _firstSentAtNs;
    private long _appLimitedUntilBytes;
    private long _roundEndsAtBytes;

    // The newest packet of the acknowledgement frame at hand, and whether there is one.
    private DeliveryStamp _newest;
    private long _newestSentAtNs;
    private bool _hasNewest;

    public long DeliveredBytes => _deliveredBytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public DeliveryStamp OnSent(long nowNs, long bytesInFlightBefore)
    {
        if (bytesInFlightBefore == 0)
        {
            // Nothing was under way, so the silence before this packet says nothing about the path.
            _firstSentAtNs = nowNs;
            _deliveredAtNs = nowNs;
        }

        return new DeliveryStamp(_deliveredBytes, _deliveredAtNs, _firstSentAtNs, _appLimitedUntilBytes != 0);
    }

    /// <summary>Samples are application-limited until everything now in flight is delivered.</summary>
    public void OnAppLimited(long bytesInFlight) => _appLimitedUntilBytes = Math.Max(_deliveredBytes + bytesInFlight, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void OnAcked(in DeliveryStamp stamp, long sentAtNs, int bytes, long nowNs)
    {
        _deliveredBytes += bytes;
        _deliveredAtNs = nowNs;
        if (!_hasNewest || stamp.DeliveredBytes > _newest.DeliveredBytes
            || (stamp.DeliveredBytes == _newest.DeliveredBytes && sentAtNs > _newestSentAtNs))
        {
            _hasNewest = true;
            _newest = stamp;
            _newestSentAtNs = sentAtNs;
        }
    }

    /// <summary>
    /// Ends an acknowledgement frame. A sample over less than <paramref name="floorNs"/> is not given out: nothing can be
    /// sent and acknowledged in less than the shortest round trip, so it would measure a burst.
    /// </summary>
    public RateSample Take(long floorNs)
    {
        if (!_hasNewest)
        {
            return default;
        }

        _hasNewest = false;
        if (_appLimitedUntilBytes != 0 && _deliveredBytes > _appLimitedUntilBytes)
        {
            _appLimitedUntilBytes = 0;
        }

        bool roundEnded = _newest.DeliveredBytes >= _roundEndsAtBytes;
        if (roundEnded)
        {
            StartRound();
        }

        long sendNs = _newestSentAtNs - _newest.FirstSentAtNs;
        long ackNs = _deliveredAtNs - _newest.DeliveredAtNs;
        _firstSentAtNs = Math.Max(_firstSentAtNs, _newestSentAtNs);
        long intervalNs = Math.Max(sendNs, ackNs);
        if (intervalNs <= 0 || intervalNs < floorNs)
        {
            return new RateSample(0, _newest.IsAppLimited, roundEnded);
        }

        long rate = RateMath.RateOf(_deliveredBytes - _newest.DeliveredBytes, intervalNs);
        return new RateSample(rate, _newest.IsAppLimited, roundEnded);
    }

    /// <summary>Begins a round now: it ends when something sent from here on is acknowledged.</summary>
    public void StartRound() => _roundEndsAtBytes = _deliveredBytes;
}
