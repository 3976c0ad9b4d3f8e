using Scp.Protocol.Messages;
using Scp.Protocol.Session;

namespace Scp.Protocol.Tests.Session;

/// <summary>States that a session gets into when things go wrong in an unlucky order.</summary>
[TestFixture]
internal sealed class SessionEdgeTests
{
    private static readonly MessageOptions Plain = new();

    private static void Echo(ScpSession session, SessionEvent item)
    {
        if (item.Kind == SessionEventKind.Request)
        {
            _ = session.Reply(item.Id, ReplyStatus.Ok, ErrorCode.None, item.Payload, 0);
        }
    }

    [TestCase(5_000_000)]
    [TestCase(12_000_000)]
    public void ALargeMessageUnderWayDoesNotHoldUpASmallCall(int bytes)
    {
        SessionPair pair = new SessionPair().Connected();
        pair.Server.OnEvent = Echo;
        var doneNs = new Dictionary<long, long>();
        pair.Client.OnEvent = (_, item) =>
        {
            if (item.Kind == SessionEventKind.Completed)
            {
                doneNs[item.Context] = pair.NowNs;
            }
        };
        _ = pair.Client.Session!.TrySend(MessageKind.Request, new byte[bytes], Plain with { Context = 1 }, pair.NowNs, out _);
        pair.RunFor(100_000_000);

        long sentNs = pair.NowNs;
        SendStatus status = pair.Client.Session!.TrySend(MessageKind.Request, new byte[10], Plain with { Context = 2 }, pair.NowNs, out _);
        pair.RunFor(20_000_000_000);

        Assert.That(status, Is.EqualTo(SendStatus.Accepted));
        Assert.That(doneNs[2] - sentNs, Is.LessThan(3 * SessionPair.DelayNs));
        Assert.That(doneNs[1], Is.GreaterThan(doneNs[2]));
    }

    [Test]
    public void WhatNeverGotASlotIsNotRunWhenTheSessionEnds()
    {
        SessionPair pair = new SessionPair(new EndpointOptions { Slots = 1 }).Connected();
        for (int i = 0; i < 3; i++)
        {
            _ = pair.Client.Session!.TrySend(MessageKind.Request, new byte[20_000], Plain with { Context = i }, pair.NowNs, out _);
        }

        pair.Client.Session!.Close(ErrorCode.None, "", pair.NowNs);
        pair.RunFor(1_000_000);

        Assert.That(
            pair.Client.Of(SessionEventKind.Completed).Where(item => item.Event.Context > 0).Select(item => item.Event.Outcome),
            Is.EqualTo(new[] { CallOutcome.NotRun, CallOutcome.NotRun }));
    }

    [Test]
    public void ADeadlinePassesWhileTheSessionIsStillConnecting()
    {
        var pair = new SessionPair();
        _ = pair.Client.Session!.TrySend(
            MessageKind.Request, new byte[10], Plain with { DeadlineNs = pair.NowNs + 100_000_000 }, pair.NowNs, out _);

        pair.RunFor(200_000_000);

        SessionEvent completed = pair.Client.Of(SessionEventKind.Completed).Single().Event;
        Assert.That(completed.Outcome, Is.EqualTo(CallOutcome.NotRun));
        Assert.That(completed.Code, Is.EqualTo(ErrorCode.DeadlineExceeded));
    }

    [Test]
    public void ASecondLaneBeforeTheFirstWasAnsweredIsRefusedHere()
    {
        var pair = new SessionPair();
        pair.OpenLane();
        LaneId second = pair.Client.Endpoint.OpenLane(pair.Client.Session!, pair.NowNs);

        Assert.That(pair.Client.Endpoint.LaneMustClose(second));
        pair.RunFor(500_000_000);
        Assert.That(pair.Client.Session!.IsUp);
    }

    [Test]
    public void AProcessThatStoodStillDoesNotTakeItsOwnSilenceForThePeers()
    {
        SessionPair pair = new SessionPair().Connected();

        pair.StandStill(300_000_000_000);
        pair.RunFor(10_000_000_000);

        Assert.That(pair.Client.Session!.IsUp && pair.Server.Session!.IsUp);
        Assert.That(pair.Client.Session!.GetStatistics(pair.NowNs).Suspicion, Is.LessThan(3));
    }

    [Test]
    public void ALaneThatDiedWithoutAWordIsGivenUpAndReplaced()
    {
        SessionPair pair = new SessionPair().Connected();
        pair.Server.OnEvent = Echo;
        pair.IsLaneSilent = true;
        _ = pair.Client.Session!.TrySend(MessageKind.Request, new byte[100_000], Plain, pair.NowNs, out _);

        pair.RunFor(60_000_000_000);

        Assert.That(pair.Client.Session!.IsUp && pair.Server.Session!.IsUp);
        Assert.That(pair.Client.Of(SessionEventKind.LaneWanted).Count(), Is.EqualTo(1));
        Assert.That(pair.Client.Endpoint.LaneMustClose(pair.Client.Lane!.Value));
        Assert.That(pair.Server.Endpoint.LaneMustClose(pair.Server.Lane!.Value));
        pair.CutLane();
        pair.IsLaneSilent = false;
        pair.OpenLane();
        pair.RunFor(2_000_000_000);
        Assert.That(pair.Client.Of(SessionEventKind.Completed).Single().Event.Outcome, Is.EqualTo(CallOutcome.Replied));
        Assert.That(pair.Client.Of(SessionEventKind.LaneWanted).Count(), Is.EqualTo(1));
    }

    [Test]
    public void AnIdleLaneThatLivesIsKept()
    {
        SessionPair pair = new SessionPair().Connected();

        pair.RunFor(300_000_000_000);

        Assert.That(pair.Client.Of(SessionEventKind.LaneWanted), Is.Empty);
        Assert.That(pair.Client.Session!.GetStatistics(pair.NowNs).Lanes, Is.EqualTo(1));
        Assert.That(pair.Server.Session!.GetStatistics(pair.NowNs).Lanes, Is.EqualTo(1));
    }

    [Test]
    public void AShortIdleTimeoutDoesNotGiveLanesUpBeforeTheyCanAnswer()
    {
        SessionPair pair = new SessionPair(new EndpointOptions { BeatNs = 25_000_000, IdleTimeoutNs = 100_000_000 }).Connected();

        pair.RunFor(10_000_000_000);

        Assert.That(pair.Client.Session!.IsUp && pair.Server.Session!.IsUp);
        Assert.That(pair.Client.Of(SessionEventKind.LaneWanted), Is.Empty);
    }

    // Round trip 40 ms. A ping and its acknowledgement are two packets; both sides beat.
    [TestCase(100, 100, 100)]
    [TestCase(2000, 100, 2000)]
    [TestCase(100, 2000, 2000)]
    [TestCase(10, 10, 20)]
    public void OfTwoBeatsTheLongerIsKeptButNoneBelowHalfTheRoundTrip(int clientMs, int serverMs, int agreedMs)
    {
        SessionPair pair = new SessionPair(
            new EndpointOptions { BeatNs = clientMs * 1_000_000L },
            new EndpointOptions { BeatNs = serverMs * 1_000_000L }).Connected();
        pair.RunFor(30_000_000_000);
        long before = pair.Client.Session!.GetStatistics(pair.NowNs).PacketsReceived;

        pair.RunFor(20_000_000_000);

        long received = pair.Client.Session!.GetStatistics(pair.NowNs).PacketsReceived - before;
        Assert.That(received, Is.InRange(20_000 / agreedMs / 2, (2 * 20_000 / agreedMs) + 4));
    }

    [Test]
    public void ALaneThatMovesSlowlyIsNotTakenForADeadOne()
    {
        SessionPair pair = new SessionPair().Connected();
        Assert.That(pair.Client.Session!.TryOpenStream(Priority.Bulk, out StreamId stream));
        pair.Server.OnEvent = (session, item) =>
        {
            if (item.Kind == SessionEventKind.StreamReadable)
            {
                _ = session.ReadStream(stream, new byte[100_000], pair.NowNs, out _);
            }
        };
        pair.LaneDelayNs = 12_000_000_000;
        for (int i = 0; i < 30; i++)
        {
            _ = pair.Client.Session!.WriteStream(stream, new byte[1000]);
            pair.RunFor(2_000_000_000);
        }

        Assert.That(pair.Client.Session!.IsUp);
        Assert.That(pair.Client.Of(SessionEventKind.LaneWanted), Is.Empty);
    }

    [Test]
    public void AHelloThatIsNeverAnsweredCostsItsLane()
    {
        SessionPair pair = new SessionPair().Connected();
        pair.CutLane();
        pair.RunFor(100_000_000);
        pair.IsLaneSilent = true;
        pair.OpenLane();

        pair.RunFor(60_000_000_000);

        Assert.That(pair.Client.Endpoint.LaneMustClose(pair.Client.Lane!.Value));
        Assert.That(pair.Client.Of(SessionEventKind.LaneWanted).Count(), Is.EqualTo(2));
    }

    [Test]
    public void ASessionWhoseKeysAreUsedUpCanStillBeForgotten()
    {
        var options = new EndpointOptions { Protection = Scp.Protocol.Crypto.PacketProtectionFactory.AesGcm.WithPacketsPerKey(8) };
        SessionPair pair = new SessionPair(options).Connected();
        pair.CutLane();
        pair.DropDatagram = (_, _) => true;
        _ = pair.Client.Session!.TrySend(MessageKind.Request, new byte[10], Plain, pair.NowNs, out _);

        pair.RunFor(60_000_000_000);

        Assert.That(pair.Client.Session!.IsClosed);
        Assert.That(pair.Client.Endpoint.TryForget(pair.Client.Session!));
    }

    [Test]
    public void ADatagramPathThatAChallengeReopensIsReported()
    {
        SessionPair pair = new SessionPair().Connected();
        pair.DropDatagram = (_, _) => true;
        _ = pair.Server.Session!.TrySend(MessageKind.ReliableOneWay, new byte[10], Plain, pair.NowNs, out _);
        pair.RunFor(3_000_000_000);
        Assert.That(pair.Server.Of(SessionEventKind.DatagramsBlocked).Count(), Is.EqualTo(1));

        pair.Client.Address = new PathId(11);
        pair.DropDatagram = (_, _) => false;
        pair.RunFor(20_000_000_000);

        SessionEventKind last = pair.Server.Events
            .Select(item => item.Event.Kind)
            .Last(kind => kind is SessionEventKind.DatagramsBlocked or SessionEventKind.DatagramsOpen);
        Assert.That(pair.Server.Session!.GetStatistics(pair.NowNs).DatagramsOpen);
        Assert.That(last, Is.EqualTo(SessionEventKind.DatagramsOpen));
    }

    [TestCase(1_000_000L, 30_000_000_000L)]
    [TestCase(15_000_000_000L, 3_700_000_000_000L)]
    public void OptionsThatNoHelloCanCarryAreRefused(long beatNs, long idleNs) =>
        Assert.That(new EndpointOptions { BeatNs = beatNs, IdleTimeoutNs = idleNs }.Validate(), Is.Not.Null);
}
