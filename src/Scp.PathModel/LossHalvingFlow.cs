namespace Scp.PathModel;

/// <summary>
/// A greedy flow with the congestion control that most of the world's traffic was shaped by: slow start, one segment more per
/// round trip, half the window on loss at most once per round trip, a timeout when nothing comes back. It is what another
/// protocol must share a link with fairly, so it keeps to that and leaves the rest of TCP out: every segment is new and is
/// acknowledged by its number, and a lost one is replaced rather than repeated.
///
/// Pure: it sends through two <see cref="PathDirection"/>s, which other flows may share, and keeps its own packets under way.
/// Whoever drives it calls <see cref="Advance"/> at <see cref="NextAtNs"/> or later, all flows of a path in the order of time.
/// </summary>
public sealed class LossHalvingFlow
{
    public const int DefaultSegmentBytes = 1500;
    public const int MaxWindowSegments = 8192;

    private const int AckBytes = 52;
    private const int InitialWindowSegments = 10;
    private const int MinWindowSegments = 2;
    private const int ReorderToleranceSegments = 3;
    private const int MaxBackoffShift = 6;
    private const long MinTimeoutNs = 200_000_000;
    private const long FirstTimeoutNs = 1_000_000_000;
    private const int RingSize = 2 * MaxWindowSegments;

    // The time that a host takes varies; without it, flows of one round trip time lock step and the drop-tail queue always
    // hits the same one (a simulator's artefact, known as phase effects).
    private const long MaxHostDelayNs = 500_000;

    private readonly PathDirection _data;
    private readonly PathDirection _acks;
    private readonly int _segmentBytes;
    private readonly DeliveryQueue<long> _toReceiver = new(RingSize * 2);
    private readonly DeliveryQueue<long> _toSender = new(RingSize * 2);
    private readonly DeliveryQueue<long> _atHost = new(RingSize * 2);

    // When the segment of a number was sent, or 0 once it is known to have arrived or counted as lost.
    private readonly long[] _sentAtNs = new long[RingSize];
    private PathRandom _random;
    private long _hostReadyNs;

    private long _nextNumber;
    private long _lowestUnresolved;
    private long _highestAcked = -1;
    private long _recoveryEnd;
    private int _inFlight;
    private int _window = InitialWindowSegments;
    private int _slowStartThreshold = MaxWindowSegments;
    private int _ackedTowardsGrowth;
    private long _smoothedRttNs;
    private long _rttVariationNs;
    private int _backoffShift;
    private long _timeoutAtNs = long.MaxValue;
    private bool _sending;

    public LossHalvingFlow(PathDirection data, PathDirection acks, ulong seed, int segmentBytes = DefaultSegmentBytes)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(acks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(segmentBytes);
        _data = data;
        _acks = acks;
        _segmentBytes = segmentBytes;
        _random = new PathRandom(seed);
    }

    /// <summary>Whole segments that are known to have arrived, headers included.</summary>
    public long DeliveredBytes { get; private set; }

    public long Halvings { get; private set; }

    public long Timeouts { get; private set; }

    public int WindowSegments => _window;

    public long SmoothedRttNs => _smoothedRttNs;

    /// <summary>When something will happen by itself; <see cref="long.MaxValue"/> when nothing will.</summary>
    public long NextAtNs => Math.Min(
        Math.Min(_timeoutAtNs, _atHost.NextAtNs),
        Math.Min(_toReceiver.NextAtNs, _toSender.NextAtNs));

    public void Start(long nowNs)
    {
        _sending = true;
        Fill(nowNs);
    }

    /// <summary>Sends nothing more; what is under way still arrives.</summary>
    public void Stop()
    {
        _sending = false;
        _timeoutAtNs = long.MaxValue;
    }

    public void Advance(long nowNs)
    {
        while (_toReceiver.TryDequeueDue(nowNs, out long arrived))
        {
            Send(_acks, _toSender, nowNs, AckBytes, arrived);
        }

        while (_toSender.TryDequeueDue(nowNs, out long received))
        {
            // One after another: a host that is slow with one acknowledgement is not quicker with the next.
            _hostReadyNs = Math.Max(_hostReadyNs, nowNs + _random.NextBelow(MaxHostDelayNs));
            _ = _atHost.TryEnqueue(_hostReadyNs, received);
        }

        while (_atHost.TryDequeueDue(nowNs, out long acked))
        {
            OnAck(nowNs, acked);
        }

        if (nowNs >= _timeoutAtNs)
        {
            OnTimeout(nowNs);
        }

        Fill(nowNs);
    }

    private void Fill(long nowNs)
    {
        while (_sending && _inFlight < _window && _nextNumber - _lowestUnresolved < RingSize)
        {
            long number = _nextNumber++;
            // A clock that starts at 0 must not make the first segment look resolved.
            _sentAtNs[number % RingSize] = Math.Max(1, nowNs);
            _inFlight++;
            Send(_data, _toReceiver, nowNs, _segmentBytes, number);
            if (_timeoutAtNs == long.MaxValue)
            {
                ArmTimeout(nowNs);
            }
        }
    }

    private static void Send(PathDirection direction, DeliveryQueue<long> underWay, long nowNs, int sizeBytes, long number)
    {
        Verdict verdict = direction.Offer(nowNs, sizeBytes);
        for (int copy = 0; copy < verdict.Copies; copy++)
        {
            // A damaged packet fails its checksum at the host, and one too many is one lost: the window recovers from both.
            if (!verdict[copy].IsCorrupted)
            {
                _ = underWay.TryEnqueue(verdict[copy].DeliverAtNs, number);
            }
        }
    }

    private void OnAck(long nowNs, long number)
    {
        ref long sentAtNs = ref _sentAtNs[number % RingSize];
        if (number < _lowestUnresolved || sentAtNs == 0)
        {
            return;
        }

        OnRttSample(nowNs - sentAtNs);
        sentAtNs = 0;
        _inFlight--;
        DeliveredBytes += _segmentBytes;
        _highestAcked = Math.Max(_highestAcked, number);
        _backoffShift = 0;
        GrowWindow();
        ResolveUpTo(_highestAcked - ReorderToleranceSegments);
        ArmTimeout(nowNs);
    }

    private void GrowWindow()
    {
        if (_window >= MaxWindowSegments)
        {
            return;
        }

        if (_window < _slowStartThreshold)
        {
            _window++;
        }
        else if (++_ackedTowardsGrowth >= _window)
        {
            _ackedTowardsGrowth = 0;
            _window++;
        }
    }

    /// <summary>Counts as lost what has not come back up to here, and moves over what is settled.</summary>
    private void ResolveUpTo(long lastLost)
    {
        for (; _lowestUnresolved < _nextNumber; _lowestUnresolved++)
        {
            ref long sentAtNs = ref _sentAtNs[_lowestUnresolved % RingSize];
            if (sentAtNs == 0)
            {
                continue;
            }

            if (_lowestUnresolved > lastLost)
            {
                return;
            }

            sentAtNs = 0;
            _inFlight--;
            if (_lowestUnresolved >= _recoveryEnd)
            {
                Halve();
            }
        }
    }

    private void Halve()
    {
        Halvings++;
        _recoveryEnd = _nextNumber;
        _slowStartThreshold = Math.Max(_window / 2, MinWindowSegments);
        _window = _slowStartThreshold;
        _ackedTowardsGrowth = 0;
    }

    private void OnTimeout(long nowNs)
    {
        _timeoutAtNs = long.MaxValue;
        if (_inFlight == 0)
        {
            return;
        }

        Timeouts++;
        _backoffShift = Math.Min(_backoffShift + 1, MaxBackoffShift);
        _recoveryEnd = _nextNumber;
        ResolveUpTo(_nextNumber - 1);
        _slowStartThreshold = Math.Max(_window / 2, MinWindowSegments);
        _window = 1;
        _ackedTowardsGrowth = 0;
        ArmTimeout(nowNs);
    }

    private void OnRttSample(long rttNs)
    {
        if (_smoothedRttNs == 0)
        {
            _smoothedRttNs = rttNs;
            _rttVariationNs = rttNs / 2;
            return;
        }

        _rttVariationNs += (Math.Abs(rttNs - _smoothedRttNs) - _rttVariationNs) / 4;
        _smoothedRttNs += (rttNs - _smoothedRttNs) / 8;
    }

    private void ArmTimeout(long nowNs)
    {
        if (!_sending)
        {
            return;
        }

        long timeoutNs = _smoothedRttNs == 0
            ? FirstTimeoutNs
            : Math.Max(MinTimeoutNs, _smoothedRttNs + (4 * _rttVariationNs));
        _timeoutAtNs = nowNs + (timeoutNs << _backoffShift);
    }
}
