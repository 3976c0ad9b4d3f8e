using Scp.Protocol.Congestion;

namespace Scp.Protocol.Tests.Congestion;

/// <summary>
/// A sender under the control of a <see cref="RateController"/>: endless data, or what <see cref="Offer"/> puts in. It
/// stands in for the session: losses by time once something sent later has arrived, probes with back-off when
/// acknowledgements stop, and persistent congestion after the third.
/// </summary>
internal sealed class ScpFlow : Flow
{
    public const int DatagramBytes = 1200;
    private const long MaxProbeNs = 500_000_000;
    private const int ProbesToPersistent = 3;
    private const int Ring = 1 << 16;

    private readonly Slot[] _slots = new Slot[Ring];
    private long _next;
    private long _oldest;
    private long _largestAcked = -1;
    private long _bytesInFlight;
    private long _backlogBytes;
    private double _smoothedRttNs;
    private double _rttVarNs;
    private long _wakeAtNs = long.MaxValue;
    private long _probeAtNs;
    private long _timerAtNs = long.MaxValue;
    private int _probes;
    private long _burstAtNs;
    private long _burstBytes;

    public ScpFlow(MiniNet net, uint seed)
        : base(net) => Rate = new RateController(DatagramBytes, seed);

    public RateController Rate { get; }

    /// <summary>There is always more to send.</summary>
    public bool IsGreedy { get; set; } = true;

    public long SentBytes { get; private set; }

    public long BytesInFlight => _bytesInFlight;

    /// <summary>Largest number of bytes sent in one instant.</summary>
    public long LargestBurstBytes { get; set; }

    public void Offer(long bytes)
    {
        _backlogBytes += bytes;
        SendAll();
    }

    /// <summary>Sends one packet as small urgent traffic; false when it may not go.</summary>
    public bool TrySendSmall(int bytes)
    {
        if (!Rate.MaySend(Net.NowNs, bytes, _bytesInFlight, true))
        {
            return false;
        }

        SendOne(bytes);
        return true;
    }

    public override void OnAck(Packet packet)
    {
        ref Slot slot = ref _slots[packet.Number & (Ring - 1)];
        if (slot.Number != packet.Number || slot.State == State.Free)
        {
            return;
        }

        long nowNs = Net.NowNs;
        _probes = 0;
        OnRtt(nowNs - packet.SentAtNs);
        if (slot.State == State.Lost)
        {
            Rate.OnSpuriousLoss(packet.Bytes);
        }
        else
        {
            _bytesInFlight -= packet.Bytes;
        }

        slot.State = State.Free;
        _largestAcked = Math.Max(_largestAcked, packet.Number);
        Rate.OnAcked(slot.Stamp, packet.SentAtNs, packet.Bytes, nowNs);
        DetectLoss(nowNs);
        Rate.OnAckBatchDone(nowNs, nowNs - packet.SentAtNs, (long)_smoothedRttNs, _bytesInFlight);
        SendAll();
    }

    public override void OnWake()
    {
        if (Net.NowNs >= _wakeAtNs)
        {
            _wakeAtNs = long.MaxValue;
            DetectLoss(Net.NowNs);
        }

        if (Net.NowNs >= _timerAtNs)
        {
            _timerAtNs = long.MaxValue;
            if (_bytesInFlight > 0 && Net.NowNs >= _probeAtNs)
            {
                OnProbeTimeout();
            }
            else if (_bytesInFlight > 0)
            {
                SetTimer();
            }
        }

        SendAll();
    }

    private void OnRtt(long rttNs)
    {
        if (_smoothedRttNs == 0)
        {
            _smoothedRttNs = rttNs;
            _rttVarNs = rttNs / 2.0;
            return;
        }

        _rttVarNs += (Math.Abs(rttNs - _smoothedRttNs) - _rttVarNs) / 4;
        _smoothedRttNs += (rttNs - _smoothedRttNs) / 8;
    }

    private void DetectLoss(long nowNs)
    {
        long patienceNs = (long)(_smoothedRttNs + Math.Max(_smoothedRttNs / 8, 4 * _rttVarNs));
        for (; _oldest < _next; _oldest++)
        {
            ref Slot slot = ref _slots[_oldest & (Ring - 1)];
            if (slot.State != State.InFlight)
            {
                continue;
            }

            if (_oldest > _largestAcked)
            {
                return;
            }

            if (slot.SentAtNs + patienceNs > nowNs)
            {
                WakeAt(slot.SentAtNs + patienceNs);
                return;
            }

            Lose(ref slot, nowNs);
        }
    }

    private void Lose(ref Slot slot, long nowNs)
    {
        slot.State = State.Lost;
        _bytesInFlight -= slot.Bytes;
        Rate.OnLost(slot.Bytes, nowNs);
    }

    private void OnProbeTimeout()
    {
        _probes++;
        if (_probes == ProbesToPersistent)
        {
            for (; _oldest < _next; _oldest++)
            {
                ref Slot slot = ref _slots[_oldest & (Ring - 1)];
                if (slot.State == State.InFlight)
                {
                    Lose(ref slot, Net.NowNs);
                }
            }

            Rate.OnPersistentCongestion(Net.NowNs);
        }

        SendOne(DatagramBytes);
    }

    private void SendAll()
    {
        while (IsGreedy || _backlogBytes > 0)
        {
            int bytes = IsGreedy ? DatagramBytes : (int)Math.Min(_backlogBytes, DatagramBytes);
            if (!Rate.MaySend(Net.NowNs, bytes, _bytesInFlight, false) || _next - _oldest >= Ring)
            {
                WakeForSchedule(bytes);
                return;
            }

            _backlogBytes = Math.Max(_backlogBytes - bytes, 0);
            SendOne(bytes);
        }

        Rate.OnAppLimited(_bytesInFlight);
    }

    private void WakeForSchedule(int bytes)
    {
        if (_bytesInFlight + bytes > Rate.WindowBytes)
        {
            return;
        }

        WakeAt(Rate.NextSendAtNs(Net.NowNs));
    }

    private void WakeAt(long atNs)
    {
        if (atNs < _wakeAtNs)
        {
            _wakeAtNs = atNs;
            Net.Wake(this, atNs);
        }
    }

    private void SendOne(int bytes)
    {
        long nowNs = Net.NowNs;
        Packet packet = new(_next++, bytes, nowNs);
        DeliveryStamp stamp = Rate.OnSent(nowNs, bytes, _bytesInFlight);
        _slots[packet.Number & (Ring - 1)] = new Slot(packet.Number, bytes, nowNs, stamp) { State = State.InFlight };
        _bytesInFlight += bytes;
        SentBytes += bytes;
        _burstBytes = nowNs == _burstAtNs ? _burstBytes + bytes : bytes;
        _burstAtNs = nowNs;
        LargestBurstBytes = Math.Max(LargestBurstBytes, _burstBytes);
        SetProbeTimer(nowNs);
        Net.Send(this, packet);
    }

    private void SetProbeTimer(long nowNs)
    {
        double waitNs = _smoothedRttNs == 0 ? 2.0 * ScpLimits.InitialRttNs : _smoothedRttNs + Math.Max(4 * _rttVarNs, 5e6);
        for (int i = 0; i < _probes; i++)
        {
            waitNs *= 1.5;
        }

        _probeAtNs = nowNs + (long)Math.Min(waitNs, MaxProbeNs);
        if (_timerAtNs == long.MaxValue)
        {
            SetTimer();
        }
    }

    private void SetTimer()
    {
        _timerAtNs = _probeAtNs;
        Net.Wake(this, _timerAtNs);
    }

    private enum State : byte
    {
        Free,
        InFlight,
        Lost,
    }

    private record struct Slot(long Number, int Bytes, long SentAtNs, DeliveryStamp Stamp)
    {
        public State State { get; set; }
    }
}
