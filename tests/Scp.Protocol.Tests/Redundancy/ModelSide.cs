using System.Buffers.Binary;
using Scp.Protocol.Redundancy;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Redundancy;

/// <summary>
/// One side of a modelled session: the real encoder, decoder, estimators, budget and policy, wired as a session wires
/// them. A packet's payload is a count and that many message numbers, padded to its size; parity goes in datagrams of
/// its own.
/// </summary>
internal sealed class ModelSide
{
    public const int PacketOverheadBytes = 50;
    private const int MaxPayloadBytes = 1_172;
    private const long PlanEveryNs = 100_000_000;
    private const long RateMemoryNs = 1_000_000_000;

    private readonly RequestReplyModel _model;
    private readonly ModelPath _path;
    private readonly PathProfile _profile;
    private readonly bool _isProtected;
    private readonly ParityEncoder _encoder = new(MaxPayloadBytes);
    private readonly ParityDecoder _decoder = new();
    private readonly LossEstimator _loss = new();
    private readonly BurstEstimator _bursts = new();
    private readonly RedundancyPolicy _policy = new();
    private DecayingSum _packets = new(RateMemoryNs);
    private DecayingSum _bytes = new(RateMemoryNs);
    private DecayingSum _urgentBytes = new(RateMemoryNs);
    private ulong _nextNumber;
    private long _planAtNs;
    private long _timerAtNs = ParityEncoder.Never;

    public ModelSide(RequestReplyModel model, PathProfile profile, Random random, bool isProtected)
    {
        _model = model;
        _profile = profile;
        _isProtected = isProtected;
        _path = new ModelPath(profile, random);
        Plan = RedundancyPlan.Off(2, 0);
    }

    public ModelSide? Peer { get; set; }

    /// <summary>Called with each message number that arrives, by whatever way and as often as it does.</summary>
    public Action<ulong>? OnMessage { get; set; }

    public RedundancyBudget Budget { get; } = new();

    public RedundancyPlan Plan { get; private set; }

    public long BaseBytes { get; private set; }

    public long Recovered { get; private set; }

    /// <summary>Sends one packet; some of its bytes, or all, may be redundancy, which the caller has paid for.</summary>
    public void Send(ReadOnlySpan<ulong> messages, int payloadBytes, int redundantBytes, bool isCovered, bool isUrgent)
    {
        long nowNs = _model.NowNs;
        int datagramBytes = payloadBytes + PacketOverheadBytes;
        byte[] payload = new byte[payloadBytes];
        payload[0] = (byte)messages.Length;
        for (int i = 0; i < messages.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(1 + (8 * i)), messages[i]);
        }

        if (redundantBytes < datagramBytes)
        {
            BaseBytes += datagramBytes - redundantBytes;
            Budget.OnBaseBytes(datagramBytes - redundantBytes, nowNs);
            _packets.Add(1, nowNs);
            _bytes.Add(datagramBytes, nowNs);
            _urgentBytes.Add(isUrgent ? datagramBytes : 0, nowNs);
        }

        ulong number = Transmit(payload, datagramBytes, redundantBytes);
        if (isCovered && Plan.IsEnabled && _encoder.Add(number, payload, nowNs))
        {
            SendDueParity();
        }
    }

    /// <summary>Asks for a new plan now and then; called before a message is sent.</summary>
    public void Revise()
    {
        long nowNs = _model.NowNs;
        if (!_isProtected || nowNs < _planAtNs)
        {
            return;
        }

        _planAtNs = nowNs + PlanEveryNs;
        long packetsPerSecond = _packets.PerSecond(nowNs);
        Plan = _policy.Decide(
            new PathConditions
            {
                RttNs = _profile.RttNs,
                RttFloorNs = _profile.RttNs - _profile.JitterNs,
                Loss = _loss.Estimate,
                IsLossNegligible = _loss.IsOff,
                BurstNs = _bursts.BurstNs,
                PacketsPerSecond = packetsPerSecond,
                PacketBytes = (int)(_bytes.PerSecond(nowNs) / Math.Max(1, packetsPerSecond)),
                UrgentBytesPerSecond = _urgentBytes.PerSecond(nowNs),
                GrantBytesPerSecond = Budget.GrantBytesPerSecond(nowNs),
            },
            nowNs);
        _encoder.Configure(Plan.ParityGroup, Plan.ParityDelayNs, Plan.Interleave, Plan.ParitySpreadNs);
    }

    private void SendDueParity()
    {
        while (_encoder.TryTake(_model.NowNs, out ParityGroup group))
        {
            byte[] payload = new byte[ParityFrame.SizeOf(_nextNumber, group.PacketNumbers, group.Xor.Length)];
            Assert.That(payload, Has.Length.LessThanOrEqualTo(MaxPayloadBytes));
            if (Budget.TrySpend(payload.Length + PacketOverheadBytes, _model.NowNs))
            {
                var writer = new WireWriter(payload);
                ParityFrame.Format(ref writer, _nextNumber, group.PacketNumbers, group.Xor);
                _ = Transmit(payload, payload.Length + PacketOverheadBytes, payload.Length + PacketOverheadBytes);
            }
        }

        if (_encoder.DueAtNs < _timerAtNs)
        {
            _timerAtNs = _encoder.DueAtNs;
            _model.At(_timerAtNs, OnTimer);
        }
    }

    private void OnTimer()
    {
        // A timer that was overtaken by an earlier one finds nothing due, or takes its turn.
        _timerAtNs = _model.NowNs >= _timerAtNs ? ParityEncoder.Never : _timerAtNs;
        SendDueParity();
    }

    private ulong Transmit(byte[] payload, int datagramBytes, int redundantBytes)
    {
        ulong number = _nextNumber++;
        long sentAtNs = _model.NowNs;
        long arrivesAtNs = _path.ArrivalOf(sentAtNs);
        bool isLost = arrivesAtNs < 0;
        if (!isLost)
        {
            ModelSide peer = Peer!;
            _model.At(arrivesAtNs, () => peer.Receive(number, payload, datagramBytes, redundantBytes));
        }

        // All outcomes are known after the same time, hence in order of packet numbers.
        _model.At(sentAtNs + _profile.RttNs + _profile.JitterNs + 10_000_000, () => Settle(sentAtNs, isLost));
        return number;
    }

    private void Settle(long sentAtNs, bool isLost)
    {
        _bursts.OnOutcome(sentAtNs, isLost);
        if (isLost)
        {
            _loss.OnLost();
        }
        else
        {
            _loss.OnAcked();
        }
    }

    private void Receive(ulong number, byte[] payload, int datagramBytes, int redundantBytes)
    {
        Budget.OnBaseBytes(datagramBytes - redundantBytes, _model.NowNs);
        if (redundantBytes > 0)
        {
            Budget.OnPeerRedundancy(redundantBytes, _model.NowNs);
        }

        if (_decoder.IsKnown(number))
        {
            return;
        }

        _decoder.OnReceived(number, payload);
        if (payload[0] == (byte)FrameType.Parity && payload.Length > 1 && redundantBytes == datagramBytes)
        {
            var reader = new WireReader(payload.AsSpan(1));
            Assert.That(ParityFrame.TryParse(ref reader, number, out ParityFrame frame));
            Take(_decoder.TryRecover(frame));
        }
        else
        {
            Process(payload);
        }

        while (_decoder.TryRecoverPending(out RecoverResult result))
        {
            Take(result);
        }
    }

    private void Take(in RecoverResult result)
    {
        Assert.That(result.Status, Is.Not.EqualTo(RecoverStatus.Malformed));
        if (result.Status == RecoverStatus.Recovered)
        {
            Recovered++;
            Process(result.Payload);
        }
    }

    private void Process(ReadOnlySpan<byte> payload)
    {
        for (int i = 0; i < payload[0]; i++)
        {
            OnMessage!(BinaryPrimitives.ReadUInt64LittleEndian(payload[(1 + (8 * i))..]));
        }
    }
}
