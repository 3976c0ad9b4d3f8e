using System.Globalization;

namespace Scp.Protocol.Tests.Redundancy;

/// <summary>
/// Requests of 1,108 bytes and replies of 148 (IP and UDP headers included) at a steady rate, open loop, over a modelled
/// path, with the real parts of redundancy on both sides. A request unanswered after srtt + max(4 rttvar, 5 ms) is sent
/// again, in two copies from then on, with a back-off of 1.5. Time is a number: nothing here depends on a clock.
/// </summary>
internal sealed class RequestReplyModel
{
    private const long Ms = 1_000_000;
    private const long Second = 1_000 * Ms;
    private const int RequestPayloadBytes = 1_108 - ModelSide.PacketOverheadBytes;
    private const int ReplyPayloadBytes = 148 - ModelSide.PacketOverheadBytes;
    private const int RepeatedReplyBytes = 74;

    private readonly PriorityQueue<Action, (long AtNs, long Order)> _events = new();
    private readonly PathProfile _profile;
    private readonly bool _isUrgent;
    private readonly ModelSide _client;
    private readonly ModelSide _server;
    private readonly Dictionary<ulong, long> _unanswered = [];
    private readonly HashSet<ulong> _executed = [];
    private readonly Queue<(long AtNs, ulong Id)> _replies = new();
    private readonly List<long> _latenciesNs = [];
    private long _order;

    public RequestReplyModel(PathProfile profile, int seed, bool isProtected = true, bool isUrgent = false)
    {
        _profile = profile;
        _isUrgent = isUrgent;
        _client = new ModelSide(this, profile, new Random(seed), isProtected);
        _server = new ModelSide(this, profile, new Random(seed ^ 0x5EED), isProtected) { Peer = _client, OnMessage = OnRequest };
        _client.Peer = _server;
        _client.OnMessage = OnReply;
    }

    public long NowNs { get; private set; }

    /// <summary>Redundancy of both sides ÷ all other bytes of both.</summary>
    public double Cost => (double)(_client.Budget.SpentBytes + _server.Budget.SpentBytes) / (_client.BaseBytes + _server.BaseBytes);

    public double RedundantBytesPerSecond => (_client.Budget.SpentBytes + _server.Budget.SpentBytes) / (NowNs / (double)Second);

    public void At(long atNs, Action action) => _events.Enqueue(action, (atNs, _order++));

    /// <summary>Runs until every request is answered; latencies are those of requests sent after the warm-up.</summary>
    public RequestReplyModel Run(int perSecond, int seconds, int warmUpSeconds)
    {
        for (int i = 0; i < perSecond * seconds; i++)
        {
            ulong id = (ulong)i;
            long atNs = i * (Second / perSecond);
            At(atNs, () => Request(id, isMeasured: atNs >= warmUpSeconds * Second));
        }

        while (_events.TryDequeue(out Action? action, out (long AtNs, long Order) at))
        {
            NowNs = at.AtNs;
            action();
        }

        _latenciesNs.Sort();
        return this;
    }

    public double PercentileMs(double percentile) =>
        _latenciesNs[(int)Math.Min(_latenciesNs.Count - 1, Math.Ceiling(_latenciesNs.Count * percentile / 100))] / (double)Ms;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_profile.Name,-16} p50 {PercentileMs(50),6:F1}  p99 {PercentileMs(99),6:F1}  p99.9 {PercentileMs(99.9),6:F1}  "
        + $"max {_latenciesNs[^1] / (double)Ms,6:F1} ms  cost {Cost:P1} = {RedundantBytesPerSecond / 1000:F1} KB/s  "
        + $"rebuilt {_server.Recovered} + {_client.Recovered} of {_latenciesNs.Count}");

    private void Request(ulong id, bool isMeasured)
    {
        _unanswered.Add(id, isMeasured ? NowNs : -1);
        _client.Revise();
        SendRequest(id, isCopy: false);
        for (int copy = 1; _isUrgent && copy < _client.Plan.UrgentCopies; copy++)
        {
            At(NowNs + (copy * _client.Plan.CopySpacingNs), () => SendRequest(id, isCopy: true));
        }

        long timeoutNs = _profile.RttNs + Math.Max(_profile.JitterNs, 5 * Ms);
        At(NowNs + timeoutNs, () => Retry(id, timeoutNs));
    }

    private void Retry(ulong id, long timeoutNs)
    {
        if (!_unanswered.ContainsKey(id))
        {
            return;
        }

        SendRequest(id, isCopy: false);
        At(NowNs + _client.Plan.CopySpacingNs, () => SendRequest(id, isCopy: true));
        long nextNs = timeoutNs * 3 / 2;
        At(NowNs + nextNs, () => Retry(id, nextNs));
    }

    private void SendRequest(ulong id, bool isCopy)
    {
        int datagramBytes = RequestPayloadBytes + ModelSide.PacketOverheadBytes;
        if (!isCopy)
        {
            _client.Send([id], RequestPayloadBytes, 0, isCovered: !HasCopies(_client), _isUrgent);
        }
        else if (_unanswered.ContainsKey(id) && _client.Budget.TrySpend(datagramBytes, NowNs))
        {
            _client.Send([id], RequestPayloadBytes, datagramBytes, isCovered: false, _isUrgent);
        }
    }

    private void OnRequest(ulong id)
    {
        bool isFirst = _executed.Add(id);
        _server.Revise();
        SendReply(id, isCopy: false);
        for (int copy = 1; isFirst && _isUrgent && copy < _server.Plan.UrgentCopies; copy++)
        {
            At(NowNs + (copy * _server.Plan.CopySpacingNs), () => SendReply(id, isCopy: true));
        }
    }

    private void SendReply(ulong id, bool isCopy)
    {
        int datagramBytes = ReplyPayloadBytes + ModelSide.PacketOverheadBytes;
        if (isCopy)
        {
            if (_server.Budget.TrySpend(datagramBytes, NowNs))
            {
                _server.Send([id], ReplyPayloadBytes, datagramBytes, isCovered: false, _isUrgent);
            }

            return;
        }

        bool isRepeating = _server.Plan.RepliesRepeated > 0 && !HasCopies(_server);
        ulong? repeated = isRepeating ? Repeatable() : null;
        _replies.Enqueue((NowNs, id));
        if (repeated is { } earlier && _server.Budget.TrySpend(RepeatedReplyBytes, NowNs))
        {
            _server.Send([id, earlier], ReplyPayloadBytes + RepeatedReplyBytes, RepeatedReplyBytes, isCovered: false, _isUrgent);
        }
        else
        {
            _server.Send([id], ReplyPayloadBytes, 0, isCovered: !isRepeating && !HasCopies(_server), _isUrgent);
        }
    }

    /// <summary>The newest reply that is old enough; those older than it are never needed again.</summary>
    private ulong? Repeatable()
    {
        ulong? found = null;
        foreach ((long atNs, ulong id) in _replies)
        {
            found = atNs <= NowNs - _server.Plan.ReplyRepeatAgeNs ? id : found;
        }

        while (_replies.Count > 128)
        {
            _ = _replies.Dequeue();
        }

        return found;
    }

    private bool HasCopies(ModelSide side) => _isUrgent && side.Plan.UrgentCopies > 1;

    private void OnReply(ulong id)
    {
        if (_unanswered.Remove(id, out long sentAtNs) && sentAtNs >= 0)
        {
            _latenciesNs.Add(NowNs - sentAtNs);
        }
    }
}
