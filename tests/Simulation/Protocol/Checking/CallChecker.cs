using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Protocol.Nodes;
using Simulation.Protocol.Workload;

namespace Simulation.Protocol.Checking;

/// <summary>
/// Exactly once: a message reaches its handler at most once, whatever the network does; each call ends once; an outcome says
/// no more than what is true. What can only be known for certain once nothing is under way is checked at the end.
/// </summary>
internal sealed class CallChecker
{
    private readonly List<Call> _calls = [];
    private readonly List<Call?> _byNumber = [];
    private readonly List<(int Node, long AtNs)> _restarts = [];

    /// <summary>Every call that a session has accepted, in that order.</summary>
    public IReadOnlyList<Call> Calls => _calls;

    public void OnAccepted(Call call)
    {
        _calls.Add(call);
        while (_byNumber.Count <= call.Number)
        {
            _byNumber.Add(null);
        }

        _byNumber[(int)call.Number] = call;
    }

    public void OnRestarted(int node, long nowNs) => _restarts.Add((node, nowNs));

    /// <summary>A message has reached a handler; returns the call it belongs to.</summary>
    public Call OnDelivered(Peering peering, in SessionEvent item, long nowNs)
    {
        Call call = Find(item.Topic, nowNs);
        bool isRequest = item.Kind == SessionEventKind.Request;
        if (isRequest != (call.Kind == MessageKind.Request) || call.Server != peering.Node || call.Client != peering.Peer)
        {
            Fail(nowNs, $"{call} reached n{peering.Node} from n{peering.Peer} as {item.Kind}");
        }

        if (++call.Deliveries > 1)
        {
            Fail(nowNs, $"{call} was delivered twice, first at {SimTime.Text(call.DeliveredAtNs)} in {call.ServedBy}, and again in {peering}");
        }

        if (item.Priority != call.Priority)
        {
            Fail(nowNs, $"{call} was sent with priority {call.Priority} and arrived with {item.Priority}");
        }

        RequireBytes(call, item.Payload, Pattern.Of(call.Number, Call.RequestLeg, call.Bytes), "arrived", nowNs);
        call.DeliveredAtNs = nowNs;
        call.ServedBy = peering;
        return call;
    }

    public static void OnAnswered(Call call, SendStatus status, bool callerGaveUp, long nowNs)
    {
        bool isExpected = status switch
        {
            SendStatus.Accepted => true,
            SendStatus.NotExpected => callerGaveUp || call.IsCompleted || CallerMayHaveLeft(call, nowNs),
            SendStatus.Closed => call.ServedBy!.Session.IsClosed,
            _ => false,
        };
        if (!isExpected)
        {
            Fail(nowNs, $"The answer to {call} was refused as {status} although its caller still waits");
        }

        call.IsAnswered = status == SendStatus.Accepted;
        call.AnsweredAtNs = nowNs;
    }

    public Call OnCompleted(Peering peering, in SessionEvent item, long nowNs)
    {
        Call call = Find((uint)item.Context, nowNs);
        if (call.IsCompleted)
        {
            Fail(nowNs, $"{call} completed twice: {call.Outcome} at {SimTime.Text(call.CompletedAtNs)}, then {item.Outcome}");
        }

        if (call.Peering != peering || !call.HasOutcome)
        {
            Fail(nowNs, $"{call} completed in {peering}, but it was sent in {call.Peering}");
        }

        call.IsCompleted = true;
        call.Outcome = item.Outcome;
        call.Code = item.Code;
        call.CompletedAtNs = nowNs;
        switch (item.Outcome)
        {
            case CallOutcome.Replied:
                RequireReply(call, item, nowNs);
                break;
            case CallOutcome.Delivered when call.Kind != MessageKind.ReliableOneWay:
                Fail(nowNs, $"{call} completed as delivered, but it wants a reply");
                break;
            case CallOutcome.Unknown:
                RequireReason(call, peering, nowNs);
                break;
            default:
                break;
        }

        return call;
    }

    /// <summary>Nothing is under way any more: what was promised for good must hold.</summary>
    public void CheckAtEnd(long nowNs)
    {
        foreach (Call call in _calls)
        {
            bool isSettled = call.IsCompleted || !call.HasOutcome || call.Peering!.IsLost;
            if (!isSettled)
            {
                Fail(nowNs, $"{call}, sent at {SimTime.Text(call.SentAtNs)}, has no outcome{(call.IsAnswered ? $" although it was answered at {SimTime.Text(call.AnsweredAtNs)}" : "")}");
            }

            if (call is { IsCompleted: true, Outcome: CallOutcome.NotRun, Deliveries: > 0 } && !(call.IsAnswered && call.ReplyStatus == ReplyStatus.NotRun))
            {
                Fail(nowNs, $"{call} ended as not run at {SimTime.Text(call.CompletedAtNs)}, but its handler had it at {SimTime.Text(call.DeliveredAtNs)}");
            }

            if (call is { IsCompleted: true, Outcome: CallOutcome.Delivered, Deliveries: 0 } && !ServerForgot(call))
            {
                Fail(nowNs, $"{call} ended as delivered at {SimTime.Text(call.CompletedAtNs)}, but never was");
            }
        }
    }

    /// <summary>A server that acknowledged a message and lost its process before the application took it.</summary>
    private bool ServerForgot(Call call) => _restarts.Exists(restart => restart.Node == call.Server && restart.AtNs >= call.SentAtNs);

    private static bool CallerMayHaveLeft(Call call, long nowNs) =>
        call.IsCancelled || (call.DeadlineNs != 0 && nowNs >= call.DeadlineNs) || call.Peering!.IsLost || call.Peering.Session.IsClosed;

    private static void RequireReply(Call call, in SessionEvent item, long nowNs)
    {
        if (call.Kind != MessageKind.Request || call.Deliveries != 1 || !call.IsAnswered)
        {
            Fail(nowNs, $"{call} completed as replied, but its handler {(call.Deliveries == 0 ? "never had it" : "has not answered")}");
        }

        if (item.Status != call.ReplyStatus)
        {
            Fail(nowNs, $"{call} was answered with {call.ReplyStatus} and the caller got {item.Status}");
        }

        RequireBytes(call, item.Payload, Pattern.Of(call.Number, Call.ReplyLeg, call.ReplyBytes), "was answered", nowNs);
    }

    /// <summary>An unknown outcome is honest only when something happened that explains it.</summary>
    private static void RequireReason(Call call, Peering peering, long nowNs)
    {
        bool isExplained = call.Code switch
        {
            ErrorCode.DeadlineExceeded => call.DeadlineNs != 0 && nowNs >= call.DeadlineNs,
            ErrorCode.Cancelled => call.IsCancelled,
            ErrorCode.Overloaded => call.IsAnswered || peering.Session.IsClosed,
            _ => peering.Session.IsClosed,
        };
        if (!isExplained)
        {
            Fail(nowNs, $"{call} ended as unknown with {call.Code}, which nothing explains");
        }
    }

    private static void RequireBytes(Call call, ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected, string verb, long nowNs)
    {
        if (!actual.SequenceEqual(expected))
        {
            int common = actual.CommonPrefixLength(expected);
            Fail(nowNs, $"{call} {verb} with {actual.Length} bytes where {expected.Length} were sent, and they differ from byte {common} on");
        }
    }

    private Call Find(uint number, long nowNs)
    {
        Call? call = number == 0 || number >= _byNumber.Count ? null : _byNumber[(int)number];
        if (call is null)
        {
            Fail(nowNs, $"Message {number} arrived, but nobody sent it");
        }

        return call!;
    }

    private static void Fail(long nowNs, string what) => throw new SimulationFailedException($"{what} ({SimTime.Text(nowNs)}).");
}
