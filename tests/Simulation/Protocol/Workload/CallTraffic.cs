using Scp.PathModel;
using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Simulation.Protocol.Checking;
using Simulation.Protocol.Nodes;

namespace Simulation.Protocol.Workload;

/// <summary>The calls of one node: as a client it sends and withdraws them, as a server it answers them as they were planned.</summary>
internal sealed class CallTraffic(SimNode node, CallPlanner planner, CallChecker checker, TrafficCounts counts, PathRandom random)
{
    private const int MaxBurst = 60;
    private const int MinFlood = 5;
    private const int MaxFlood = 12;

    /// <summary>So many replies of the largest size that goes by datagram are more than are kept.</summary>
    private const int ManyReplies = 600;

    private readonly DeliveryQueue<Call> _cancels = new();
    private readonly DeliveryQueue<Answer> _answers = new();
    private readonly Dictionary<(Peering Peering, MessageId Id), Call> _running = [];
    private readonly HashSet<(Peering Peering, MessageId Id)> _abandoned = [];
    private PathRandom _random = random;

    public long NextAtNs => Math.Min(_cancels.NextAtNs, _answers.NextAtNs);

    public void Advance(long nowNs)
    {
        while (_cancels.TryDequeueDue(nowNs, out Call? call))
        {
            if (!call.IsCompleted && !call.Peering!.IsOver && call.Peering.Session.Cancel(call.Handle, nowNs))
            {
                call.IsCancelled = true;
                counts.Cancelled++;
            }
        }

        while (_answers.TryDequeueDue(nowNs, out Answer answer))
        {
            Give(answer, nowNs);
        }
    }

    /// <summary>Sends the next call of the plan, or several.</summary>
    public void SendNext(Peering peering, long nowNs)
    {
        TrafficMix mix = planner.Mix;
        if (_random.Chance(mix.FloodShare))
        {
            SendFlood(peering, nowNs);
            return;
        }

        for (long left = _random.Chance(mix.BurstShare) ? _random.NextBetween(2, MaxBurst) : 1; left > 0; left--)
        {
            Send(planner.Draw(node.Number), peering, nowNs);
        }
    }

    public Call SendPlain(Peering peering, long nowNs)
    {
        Call call = planner.DrawPlain(node.Number);
        Send(call, peering, nowNs);
        return call;
    }

    public void OnEvent(Peering peering, in SessionEvent item, long nowNs)
    {
        switch (item.Kind)
        {
            case SessionEventKind.Request:
                OnRequest(peering, item, nowNs);
                break;
            case SessionEventKind.Message:
                _ = checker.OnDelivered(peering, item, nowNs);
                break;
            case SessionEventKind.Completed:
                counts.Note(checker.OnCompleted(peering, item, nowNs));
                break;
            case SessionEventKind.Cancelled:
                OnCancelled(peering, item.Id);
                break;
            default:
                break;
        }
    }

    public void OnRestarted(long nowNs)
    {
        checker.OnRestarted(node.Number, nowNs);
        _cancels.Clear();
        _answers.Clear();
        _running.Clear();
        _abandoned.Clear();
    }

    private void SendFlood(Peering peering, long nowNs)
    {
        var kind = (FloodKind)_random.NextBelow(3);
        for (long left = kind == FloodKind.ManyReplies ? ManyReplies : _random.NextBetween(MinFlood, MaxFlood); left > 0; left--)
        {
            Send(planner.DrawFlood(node.Number, kind), peering, nowNs);
        }
    }

    private void Send(Call call, Peering peering, long nowNs)
    {
        call.Server = peering.Peer;
        call.Peering = peering;
        call.SentAtNs = nowNs;
        call.DeadlineNs = call.PatienceNs == 0 ? 0 : nowNs + call.PatienceNs;
        var options = new MessageOptions
        {
            Topic = call.Number,
            Context = call.Number,
            Priority = call.Priority,
            IsUrgent = call.IsUrgent,
            DeadlineNs = call.DeadlineNs,
        };
        ReadOnlySpan<byte> payload = Pattern.Of(call.Number, Call.RequestLeg, call.Bytes);
        SendStatus status = peering.Session.TrySend(call.Kind, payload, options, nowNs, out MessageHandle handle);
        counts.Note(status);
        if (status != SendStatus.Accepted)
        {
            return;
        }

        call.Handle = handle;
        checker.OnAccepted(call);
        if (call.CancelAfterNs > 0)
        {
            _ = _cancels.TryEnqueue(nowNs + call.CancelAfterNs, call);
        }
    }

    private void OnRequest(Peering peering, in SessionEvent item, long nowNs)
    {
        Call call = checker.OnDelivered(peering, item, nowNs);
        if (call.HandlerNs < 0)
        {
            return;
        }

        _running[(peering, item.Id)] = call;
        var answer = new Answer(call, peering, item.Id);
        if (call.HandlerNs == 0)
        {
            Give(answer, nowNs);
        }
        else
        {
            _ = _answers.TryEnqueue(nowNs + call.HandlerNs, answer);
        }
    }

    /// <summary>The caller gave up: half of the handlers stop, half go on and answer in vain.</summary>
    private void OnCancelled(Peering peering, MessageId id)
    {
        if (_running.TryGetValue((peering, id), out Call? call))
        {
            counts.CancelsSeen++;
            _abandoned.Add((peering, id));
            if ((call.Number & 1) == 0)
            {
                _running.Remove((peering, id));
            }
        }
    }

    private void Give(in Answer answer, long nowNs)
    {
        (Call call, Peering peering, MessageId id) = answer;
        bool isRunning = _running.Remove((peering, id));
        bool callerGaveUp = _abandoned.Remove((peering, id));
        if (!isRunning)
        {
            return;
        }

        ErrorCode code = call.ReplyStatus switch
        {
            ReplyStatus.Ok => ErrorCode.None,
            ReplyStatus.NotRun => ErrorCode.Draining,
            _ => ErrorCode.Internal,
        };
        ReadOnlySpan<byte> payload = Pattern.Of(call.Number, Call.ReplyLeg, call.ReplyBytes);
        SendStatus status = peering.Session.Reply(id, call.ReplyStatus, code, payload, nowNs);
        CallChecker.OnAnswered(call, status, callerGaveUp, nowNs);
    }

    private readonly record struct Answer(Call Call, Peering Peering, MessageId Id);
}
