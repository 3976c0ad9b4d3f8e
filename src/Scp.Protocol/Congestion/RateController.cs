using System.Runtime.CompilerServices;

namespace Scp.Protocol.Congestion;

/// <summary>
/// Decides how fast the datagram lane may send and how much may be in flight. It keeps a model of the path, the largest
/// delivery rate of the last rounds and the round trip of the empty path, and sends what the model says: loss by itself
/// is no signal below a tenth, a queue that does not go away is. docs/protocol/congestion.md explains the whole.
/// <para>
/// Calls come in the order of events, with a clock that does not go back. Per acknowledgement frame: <see cref="OnAcked"/>
/// for each newly acknowledged packet, <see cref="OnLost"/> for each declared lost, then <see cref="OnAckBatchDone"/> once.
/// Only packets that ask for acknowledgement are reported and counted in flight. Calls per packet neither allocate nor
/// divide.
/// </para>
/// </summary>
internal sealed partial class RateController
{
    /// <summary>Datagrams that may be sent to a path nothing is known of, as in RFC 9002.</summary>
    public const int InitialWindowDatagrams = 10;

    /// <summary>With fewer in flight a lost packet is found by timer only.</summary>
    public const int MinWindowDatagrams = 4;

    /// <summary>Rounds over which the largest delivery rate counts: about a cycle of probing.</summary>
    public const int RateWindowRounds = 10;

    private readonly DeliveryRateSampler _sampler = new();
    private readonly RoundMaxFilter _rates = new(RateWindowRounds);
    private int _datagramBytes;
    private RttFloor _floor;
    private LossMeter _loss;
    private Pacer _pacer;
    private uint _random;
    private long _smoothedRttNs;
    private long _lastAckNs;
    private long _beyondBytes;
    private bool _lastRoundSawAppLimit = true;
    private bool _isBlind;

    /// <param name="datagramBytes">Payload of a full datagram.</param>
    /// <param name="seed">Keeps sessions that share a path from probing in step.</param>
    public RateController(int datagramBytes, uint seed)
    {
        _datagramBytes = datagramBytes;
        // Neighbouring seeds must not give neighbouring sequences, and xorshift cannot leave 0.
        _random = (seed * 0x9E3779B1) ^ 0x85EBCA77;
        _random = _random == 0 ? 1 : _random;
        Restart(0);
    }

    /// <summary>Bytes that may be in flight.</summary>
    public long WindowBytes { get; private set; }

    public long PacingRateBytesPerSecond { get; private set; }

    /// <summary>What the path is believed to deliver for this session.</summary>
    public long EstimatedRateBytesPerSecond =>
        _phase == CongestionPhase.Startup ? Math.Max(_rates.Max, InitialRate) : Math.Max(_rates.Max, 1);

    /// <summary>The round trip of the empty path, or 0 before the first sample.</summary>
    public long FloorRttNs => _floor.Ns;

    /// <summary>A queue is building: what is lost now is lost to congestion, and sending more copies does not help.</summary>
    public bool IsRttRising { get; private set; }

    /// <summary>
    /// The queue is of this session's making: the round trip rises while it sends all it may. A session that sends less
    /// sees jitter and the queues of others, which its few bytes more do not lengthen.
    /// </summary>
    public bool IsFillingQueue => IsRttRising && !_lastRoundSawAppLimit;

    /// <summary>For tests, and for whoever debugs.</summary>
    public CongestionPhase Phase => _phase;

    private long InitialWindowBytes => (long)_datagramBytes * InitialWindowDatagrams;

    private long MinWindowBytes => (long)_datagramBytes * MinWindowDatagrams;

    private long InitialRate => RateMath.RateOf(InitialWindowBytes, ScpLimits.InitialRttNs);

    /// <summary>Path MTU discovery found that another size fits.</summary>
    public void SetDatagramBytes(int datagramBytes) => _datagramBytes = datagramBytes;

    /// <summary>Counts a packet as sent. <paramref name="bytesInFlightBefore"/> is without it.</summary>
    public DeliveryStamp OnSent(long nowNs, int bytes, long bytesInFlightBefore)
    {
        if (bytesInFlightBefore == 0)
        {
            OnFirstInFlight(nowNs);
        }

        bool fits = Fits(bytes, bytesInFlightBefore);
        _beyondBytes = fits ? 0 : _beyondBytes + bytes;
        _pacer.OnSent(nowNs, bytes, isAhead: !fits || !_pacer.IsDue(nowNs));
        return _sampler.OnSent(nowNs, bytesInFlightBefore);
    }

    /// <summary>There was room to send and nothing to send: what is measured until this is delivered is not the path's limit.</summary>
    public void OnAppLimited(long bytesInFlight)
    {
        if (bytesInFlight < WindowBytes)
        {
            _sampler.OnAppLimited(bytesInFlight);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void OnAcked(in DeliveryStamp stamp, long sentAtNs, int bytes, long nowNs) =>
        _sampler.OnAcked(stamp, sentAtNs, bytes, nowNs);

    /// <summary>Counts a packet whose bytes did not arrive, rebuilt from parity or not.</summary>
    public void OnLost(int bytes, long nowNs)
    {
        _round.OnLost(bytes);
        _probeLostBytes += bytes;
        _loss.OnLost(bytes);
    }

    /// <summary>A packet declared lost was acknowledged after all; the session reports it as acknowledged too.</summary>
    public void OnSpuriousLoss(int bytes)
    {
        _round.OnSpurious(bytes);
        _loss.OnSpurious(bytes);
        UndoCutIfSpurious(bytes);
    }

    /// <summary>
    /// Ends an acknowledgement frame. <paramref name="latestRttNs"/> is the sample of its newest packet, or 0 when it
    /// gave none; <paramref name="bytesInFlight"/> is what is left after it.
    /// </summary>
    public void OnAckBatchDone(long nowNs, long latestRttNs, long smoothedRttNs, long bytesInFlight)
    {
        _lastAckNs = nowNs;
        if (_isBlind)
        {
            // What was lost while nothing came back was lost to the outage, which has been answered already.
            _isBlind = false;
            _loss.Forget(nowNs);
            _round.Start(nowNs, _sampler.DeliveredBytes);
        }

        if (latestRttNs > 0)
        {
            _smoothedRttNs = Math.Clamp(smoothedRttNs, 1, RateMath.MaxIntervalNs);
            _floor.OnSample(latestRttNs, smoothedRttNs, nowNs);
            _round.OnRtt(latestRttNs);
            _beat.OnRtt(latestRttNs);
        }

        RateSample sample = _sampler.Take(_floor.Ns);
        _round.OnSample(sample);
        _beat.OnSample(sample);
        if (sample.Rate > 0 && (!sample.IsAppLimited || sample.Rate > _rates.Max))
        {
            _rates.Update(sample.Rate);
        }

        if (sample.RoundEnded)
        {
            _lastRoundSawAppLimit = _round.SawAppLimit;
            OnRoundEnd(nowNs);
            _round.Start(nowNs, _sampler.DeliveredBytes);
        }

        OnProgress(nowNs, bytesInFlight);
        UpdateTargets();
        if (bytesInFlight <= WindowBytes)
        {
            _beyondBytes = 0;
        }
    }

    /// <summary>Nothing was acknowledged for several probe timeouts: what was known of the rate no longer counts.</summary>
    public void OnPersistentCongestion(long nowNs)
    {
        Restart(nowNs);
        WindowBytes = MinWindowBytes;
    }

    /// <summary>The packets take another path, of which nothing is known.</summary>
    public void OnPathChanged(long nowNs)
    {
        _floor = default;
        _smoothedRttNs = 0;
        Restart(nowNs);
    }

    /// <summary>
    /// May a packet go now? Small urgent packets also go ahead of the schedule, and up to an initial window of them past
    /// the window, while all that do so stay below about a tenth of the estimated rate. Whatever its size, one packet may
    /// always be in flight.
    /// </summary>
    public bool MaySend(long nowNs, int bytes, long bytesInFlight, bool isSmallAndUrgent)
    {
        bool fits = Fits(bytes, bytesInFlight);
        if (fits && _pacer.IsDue(nowNs))
        {
            return true;
        }

        return isSmallAndUrgent && MayGoAhead(fits, bytes) && _pacer.HasFree(nowNs, bytes);
    }

    /// <summary>When the schedule lets the next packet go; the window may still forbid it.</summary>
    public long NextSendAtNs(long nowNs) => _pacer.NextSendAtNs(nowNs);

    /// <summary>When small urgent traffic may go ahead of the schedule; <see cref="long.MaxValue"/> when only an acknowledgement can let it.</summary>
    public long NextAheadAtNs(long nowNs, int bytes, long bytesInFlight) =>
        MayGoAhead(Fits(bytes, bytesInFlight), bytes) ? _pacer.NextFreeAtNs(nowNs, bytes) : long.MaxValue;

    private bool Fits(int bytes, long bytesInFlight) => bytesInFlight + bytes <= WindowBytes || bytesInFlight == 0;

    private bool MayGoAhead(bool fits, int bytes) => fits || _beyondBytes + bytes <= InitialWindowBytes;

    private void OnFirstInFlight(long nowNs)
    {
        if (nowNs - _lastAckNs > RttFloor.WindowNs)
        {
            // Nobody looked for so long that the floor proves nothing, but neither does its age speak against it.
            _floor.Extend(nowNs);
        }

        if (_phase == CongestionPhase.ProbeUp)
        {
            // A probe that ran dry would greet the end of a pause with a burst.
            EnterCruise();
            UpdateTargets();
        }
    }

    private void Restart(long nowNs)
    {
        _rates.Reset(0);
        _loss.Forget(nowNs);
        _sampler.StartRound();
        _round.Start(nowNs, _sampler.DeliveredBytes);
        _beat.Start(nowNs, _sampler.DeliveredBytes);
        _lastAckNs = nowNs;
        _isBlind = true;
        EnterStartup();
        UpdateTargets();
        _pacer.Reset(nowNs);
    }

    /// <summary>Xorshift: chance enough to spread probes.</summary>
    private uint NextRandom()
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        return _random;
    }
}
