namespace Scp.Protocol.Tests.Congestion;

/// <summary>
/// A loss-halving sender with endless data: slow start, one segment more a round trip, half as much once a round trip
/// with losses, a timeout when acknowledgements stop. A packet is lost when one sent three later has arrived.
/// </summary>
internal sealed class RenoFlow(MiniNet net) : Flow(net)
{
    private const int SegmentBytes = 1200;
    private const int DuplicatesToLose = 3;
    private const long MinTimeoutNs = 200_000_000;

    private readonly SortedDictionary<long, Packet> _inFlight = [];
    private readonly List<long> _lost = [];
    private long _next;
    private double _window = 10 * SegmentBytes;
    private double _threshold = double.MaxValue;
    private long _bytesInFlight;
    private long _recoveringUntil;
    private double _smoothedRttNs;
    private long _lastAckNs;
    private bool _timerIsSet;

    public double WindowBytes => _window;

    public override void OnAck(Packet packet)
    {
        _lastAckNs = Net.NowNs;
        double rttNs = Net.NowNs - packet.SentAtNs;
        _smoothedRttNs = _smoothedRttNs == 0 ? rttNs : _smoothedRttNs + ((rttNs - _smoothedRttNs) / 8);
        if (_inFlight.Remove(packet.Number))
        {
            _bytesInFlight -= packet.Bytes;
            if (packet.Number >= _recoveringUntil)
            {
                _window += _window < _threshold ? packet.Bytes : SegmentBytes * (double)packet.Bytes / _window;
            }
        }

        DetectLoss(packet.Number);
        SendAll();
    }

    public override void OnWake()
    {
        long timeoutNs = Math.Max(MinTimeoutNs, (long)(2 * _smoothedRttNs));
        if (_timerIsSet && _bytesInFlight > 0 && Net.NowNs - _lastAckNs >= timeoutNs)
        {
            _inFlight.Clear();
            _bytesInFlight = 0;
            _threshold = Math.Max(_window / 2, 2 * SegmentBytes);
            _window = SegmentBytes;
            _recoveringUntil = _next;
            _lastAckNs = Net.NowNs;
        }

        if (!_timerIsSet)
        {
            _timerIsSet = true;
            _lastAckNs = Net.NowNs;
        }

        SendAll();
        Net.Wake(this, Net.NowNs + (MinTimeoutNs / 4));
    }

    private void DetectLoss(long largest)
    {
        _lost.Clear();
        foreach (long number in _inFlight.Keys)
        {
            if (number > largest - DuplicatesToLose)
            {
                break;
            }

            _lost.Add(number);
        }

        foreach (long number in _lost)
        {
            _bytesInFlight -= _inFlight[number].Bytes;
            _ = _inFlight.Remove(number);
            if (number >= _recoveringUntil)
            {
                _threshold = Math.Max(_window / 2, 2 * SegmentBytes);
                _window = _threshold;
                _recoveringUntil = _next;
            }
        }
    }

    private void SendAll()
    {
        while (_bytesInFlight + SegmentBytes <= _window)
        {
            Packet packet = new(_next++, SegmentBytes, Net.NowNs);
            _inFlight.Add(packet.Number, packet);
            _bytesInFlight += SegmentBytes;
            Net.Send(this, packet);
        }
    }
}
