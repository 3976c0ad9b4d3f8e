using Scp.PathModel;
using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Simulation.Experiments;
using Simulation.Harness;
using Simulation.Protocol.Checking;
using Simulation.Protocol.Nodes;
using Simulation.Protocol.Workload;

namespace Simulation.Tests;

/// <summary>A checker that cannot fail proves nothing: each is shown what it must not accept.</summary>
public sealed class CheckerTests
{
    private const int Client = 0;
    private const int Server = 1;

    private CallChecker _calls = null!;
    private Peering _atClient = null!;
    private Peering _atServer = null!;

    [SetUp]
    public void MakeSessions()
    {
        _calls = new CallChecker();
        var endpoint = new ScpEndpoint(new EndpointOptions(), new SimEntropy(new PathRandom(1)));
        _atClient = new Peering(endpoint.Connect("n1", new PathId(1), 0), 1, Client, Server, null, 0);
        _atServer = new Peering(endpoint.Connect("n0", new PathId(2), 0), 2, Server, Client, null, 0);
    }

    [Test]
    public void A_message_is_not_delivered_twice()
    {
        Call call = Accept(MessageKind.ReliableOneWay);
        _ = Deliver(call);
        RequireFailure(() => Deliver(call), "delivered twice");
    }

    [Test]
    public void A_call_does_not_complete_twice()
    {
        Call call = Accept(MessageKind.ReliableOneWay);
        _ = Complete(call, CallOutcome.Delivered);
        RequireFailure(() => Complete(call, CallOutcome.Delivered), "completed twice");
    }

    [Test]
    public void Nobody_gets_what_was_never_sent() =>
        RequireFailure(() => _calls.OnDelivered(_atServer, new SessionEvent { Kind = SessionEventKind.Message, Topic = 99 }, 0), "nobody sent");

    [Test]
    public void Bytes_do_not_change_on_the_way()
    {
        Call call = Accept(MessageKind.OneWay);
        byte[] bytes = Pattern.Of(call.Number, Call.RequestLeg, call.Bytes).ToArray();
        bytes[^1] ^= 1;
        RequireFailure(() => Deliver(call, bytes), $"differ from byte {call.Bytes - 1}");
    }

    [Test]
    public void What_did_not_run_was_never_delivered()
    {
        Call call = Accept(MessageKind.Request);
        _ = Complete(call, CallOutcome.NotRun);
        _ = Deliver(call);
        RequireFailure(() => _calls.CheckAtEnd(0), "as not run");
    }

    [Test]
    public void A_handler_may_say_that_it_did_not_run()
    {
        Call call = Accept(MessageKind.Request, ReplyStatus.NotRun);
        _ = Deliver(call);
        CallChecker.OnAnswered(call, SendStatus.Accepted, callerGaveUp: false, 0);
        _ = Complete(call, CallOutcome.NotRun);
        Assert.That(() => _calls.CheckAtEnd(0), Throws.Nothing);
    }

    [Test]
    public void A_reply_needs_an_answer()
    {
        Call call = Accept(MessageKind.Request);
        _ = Deliver(call);
        RequireFailure(() => Complete(call, CallOutcome.Replied), "has not answered");
    }

    [Test]
    public void An_unknown_outcome_needs_a_reason() =>
        RequireFailure(() => Complete(Accept(MessageKind.Request), CallOutcome.Unknown, ErrorCode.DeadlineExceeded), "nothing explains");

    [Test]
    public void An_outcome_is_owed()
    {
        _ = Accept(MessageKind.Request);
        RequireFailure(() => _calls.CheckAtEnd(0), "has no outcome");
    }

    [Test]
    public void What_was_acknowledged_is_delivered()
    {
        _ = Complete(Accept(MessageKind.ReliableOneWay), CallOutcome.Delivered);
        RequireFailure(() => _calls.CheckAtEnd(0), "never was");
    }

    [Test]
    public void A_stream_has_its_bytes_in_their_places()
    {
        StreamFlow flow = Flow(out StreamLeg leg);
        var bytes = new byte[100];
        leg.Fill(0, bytes);
        leg.Written = leg.TotalBytes;
        StreamChecker.OnRead(flow, leg, bytes, 0);
        RequireFailure(() => StreamChecker.OnRead(flow, leg, bytes, 0), "wrong byte at 100");
    }

    [Test]
    public void A_stream_finishes_once_and_whole()
    {
        StreamFlow flow = Flow(out StreamLeg leg);
        leg.Writer = StreamEnd.Written;
        RequireFailure(() => StreamChecker.OnFinished(flow, leg, 0), $"after 0 of {leg.TotalBytes}");
        leg.Read = leg.TotalBytes;
        StreamChecker.OnFinished(flow, leg, 0);
        RequireFailure(() => StreamChecker.OnFinished(flow, leg, 0), "finished twice");
    }

    [Test]
    public void A_reader_is_not_told_of_a_reset_that_nobody_made()
    {
        StreamFlow flow = Flow(out StreamLeg leg);
        RequireFailure(() => StreamChecker.OnReset(flow, leg, StreamTraffic.ResetCode, 0), "told of a reset");
    }

    [Test]
    public void A_timer_leads_somewhere()
    {
        var guard = new SpinGuard(0);
        RequireFailure(
            () =>
            {
                for (long nowNs = 0; nowNs < SimTime.Second; nowNs += 10 * SimTime.Us)
                {
                    guard.OnWokeUp(nowNs);
                }
            },
            "spins");
    }

    [Test]
    public void What_is_urgent_is_not_overtaken()
    {
        var checker = new PriorityChecker(delayNs: 10);
        checker.OnSent(1, Priority.Bulk, 0);
        checker.OnSent(2, Priority.Control, 5);
        RequireFailure(() => checker.OnArrived(1, 16), "left at");
    }

    private static void RequireFailure(Action action, string sentence) =>
        Assert.That(action, Throws.TypeOf<SimulationFailedException>().With.Message.Contains(sentence));

    private StreamFlow Flow(out StreamLeg leg)
    {
        leg = new StreamLeg(3, 0) { TotalBytes = 1000 };
        return new StreamFlow(3) { Priority = Priority.Bulk, There = leg, Back = new StreamLeg(3, 1) { TotalBytes = 0 }, Opener = _atClient };
    }

    private Call Accept(MessageKind kind, ReplyStatus replyStatus = ReplyStatus.Ok)
    {
        var call = new Call(7)
        {
            Client = Client,
            Server = Server,
            Kind = kind,
            Bytes = 500,
            Priority = Priority.Request,
            ReplyStatus = replyStatus,
            Peering = _atClient,
        };
        _calls.OnAccepted(call);
        return call;
    }

    private Call Deliver(Call call) => Deliver(call, Pattern.Of(call.Number, Call.RequestLeg, call.Bytes).ToArray());

    private Call Deliver(Call call, byte[] bytes) => _calls.OnDelivered(
        _atServer,
        new SessionEvent
        {
            Kind = call.Kind == MessageKind.Request ? SessionEventKind.Request : SessionEventKind.Message,
            Topic = call.Number,
            Priority = call.Priority,
            Buffer = bytes,
            Length = bytes.Length,
        },
        0);

    private Call Complete(Call call, CallOutcome outcome, ErrorCode code = ErrorCode.None) => _calls.OnCompleted(
        _atClient,
        new SessionEvent { Kind = SessionEventKind.Completed, Context = call.Number, Outcome = outcome, Code = code },
        0);
}
