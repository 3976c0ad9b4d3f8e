using Scp.Protocol.Messages;
using Scp.Protocol.Session;

namespace Scp.Protocol.Tests.Session;

[TestFixture]
internal sealed class SessionTests
{
    private static void Echo(ScpSession session, SessionEvent item)
    {
        if (item.Kind == SessionEventKind.Request)
        {
            Assert.That(session.Reply(item.Id, ReplyStatus.Ok, ErrorCode.None, item.Payload, 0), Is.EqualTo(SendStatus.Accepted));
        }
    }

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];

    [Test]
    public void ComesUpAndMovesFromTheLaneToDatagrams()
    {
        SessionPair pair = new SessionPair().Connected();

        Assert.That(pair.Client.Of(SessionEventKind.DatagramsOpen).Count(), Is.EqualTo(1));
        Assert.That(pair.Client.Session!.GetStatistics(pair.NowNs).DatagramsOpen);
        Assert.That(pair.Server.Session!.GetStatistics(pair.NowNs).DatagramsOpen);
        Assert.That(pair.Client.Session!.Id, Is.EqualTo(pair.Server.Session!.Id));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(1024)]
    [TestCase(1089)]
    [TestCase(8 * 1088)]
    [TestCase((8 * 1088) + 1)]
    [TestCase(1_000_000)]
    public void AnswersACallOfAnySize(int bytes)
    {
        SessionPair pair = new SessionPair().Connected();
        pair.Server.OnEvent = Echo;
        byte[] payload = Pattern(bytes);

        SendStatus status = pair.Client.Session!.TrySend(MessageKind.Request, payload, new MessageOptions { Topic = 7, Context = 42 }, pair.NowNs, out _);
        pair.RunFor(3_000_000_000);

        Assert.That(status, Is.EqualTo(SendStatus.Accepted));
        (SessionEvent request, byte[] received) = pair.Server.Of(SessionEventKind.Request).Single();
        Assert.That(request.Topic, Is.EqualTo(7));
        Assert.That(received, Is.EqualTo(payload));
        (SessionEvent completed, byte[] reply) = pair.Client.Of(SessionEventKind.Completed).Single();
        Assert.That(completed.Outcome, Is.EqualTo(CallOutcome.Replied));
        Assert.That(completed.Context, Is.EqualTo(42));
        Assert.That(reply, Is.EqualTo(payload));
    }

    [Test]
    public void ASmallCallTakesOneRoundTrip()
    {
        SessionPair pair = new SessionPair().Connected();
        pair.Server.OnEvent = Echo;
        long sentNs = pair.NowNs;
        long doneNs = 0;
        pair.Client.OnEvent = (_, item) => doneNs = item.Kind == SessionEventKind.Completed ? pair.NowNs : doneNs;

        _ = pair.Client.Session!.TrySend(MessageKind.Request, Pattern(64), new MessageOptions(), pair.NowNs, out _);
        pair.RunFor(1_000_000_000);

        Assert.That(doneNs - sentNs, Is.EqualTo(2 * SessionPair.DelayNs));
    }

    [Test]
    public void StreamsCarryBytesBothWays()
    {
        SessionPair pair = new SessionPair().Connected();
        var received = new MemoryStream();
        pair.Server.OnEvent = (session, item) =>
        {
            if (item.Kind == SessionEventKind.StreamReadable)
            {
                var chunk = new byte[10_000];
                int count;
                while ((count = session.ReadStream(item.Stream, chunk, pair.NowNs, out _)) > 0)
                {
                    received.Write(chunk, 0, count);
                }
            }
        };
        byte[] data = Pattern(3_000_000);
        int written = 0;
        Assert.That(pair.Client.Session!.TryOpenStream(Priority.Bulk, out StreamId stream));
        pair.Client.OnEvent = (session, item) =>
        {
            if (item.Kind == SessionEventKind.StreamWritable)
            {
                WriteMore(session);
            }
        };
        void WriteMore(ScpSession session)
        {
            int count;
            while (written < data.Length && (count = session.WriteStream(stream, data.AsSpan(written))) > 0)
            {
                written += count;
            }

            if (written == data.Length)
            {
                _ = session.FinishStream(stream);
            }
        }

        WriteMore(pair.Client.Session!);
        pair.RunFor(5_000_000_000);

        Assert.That(received.ToArray(), Is.EqualTo(data));
        Assert.That(pair.Server.Of(SessionEventKind.StreamFinished).Count(), Is.EqualTo(1));
        Assert.That(pair.Client.Of(SessionEventKind.StreamSent).Count(), Is.EqualTo(1));
    }

    [Test]
    public void SurvivesTheLossOfItsLaneAndResumes()
    {
        SessionPair pair = new SessionPair().Connected();
        pair.Server.OnEvent = Echo;
        pair.CutLane();
        _ = pair.Client.Session!.TrySend(MessageKind.Request, Pattern(100), new MessageOptions { Context = 1 }, pair.NowNs, out _);
        _ = pair.Client.Session!.TrySend(MessageKind.Request, Pattern(100_000), new MessageOptions { Context = 2 }, pair.NowNs, out _);
        pair.RunFor(1_000_000_000);
        Assert.That(pair.Client.Of(SessionEventKind.Completed).Select(item => item.Event.Context), Is.EqualTo(new[] { 1L }));
        Assert.That(pair.Client.Of(SessionEventKind.LaneWanted).Count(), Is.EqualTo(1));

        pair.OpenLane();
        pair.RunFor(2_000_000_000);

        Assert.That(pair.Client.Of(SessionEventKind.Completed).Select(item => item.Event.Context), Is.EqualTo(new[] { 1L, 2L }));
        Assert.That(pair.Client.Session!.GetStatistics(pair.NowNs).Epoch, Is.EqualTo(2));
        Assert.That(pair.Server.Session!.IsUp);
    }

    [Test]
    public void MovesIntoTheLaneWhenDatagramsAreBlockedAndBack()
    {
        SessionPair pair = new SessionPair().Connected();
        pair.Server.OnEvent = Echo;
        pair.DropDatagram = (_, _) => true;
        _ = pair.Client.Session!.TrySend(MessageKind.Request, Pattern(100), new MessageOptions { Context = 1 }, pair.NowNs, out _);
        pair.RunFor(3_000_000_000);
        Assert.That(pair.Client.Of(SessionEventKind.DatagramsBlocked).Count(), Is.EqualTo(1));
        Assert.That(pair.Client.Of(SessionEventKind.Completed).Single().Event.Outcome, Is.EqualTo(CallOutcome.Replied));

        pair.DropDatagram = (_, _) => false;
        pair.RunFor(20_000_000_000);

        Assert.That(pair.Client.Session!.GetStatistics(pair.NowNs).DatagramsOpen);
        Assert.That(pair.Server.Session!.GetStatistics(pair.NowNs).DatagramsOpen);
    }

    [Test]
    public void EndsOpenCallsAsUnknownWhenThePeerCloses()
    {
        SessionPair pair = new SessionPair().Connected();
        _ = pair.Client.Session!.TrySend(MessageKind.Request, Pattern(10), new MessageOptions(), pair.NowNs, out _);
        pair.RunFor(100_000_000);

        pair.Server.Session!.Close(ErrorCode.Draining, "bye", pair.NowNs);
        pair.RunFor(100_000_000);

        SessionEvent completed = pair.Client.Of(SessionEventKind.Completed).Single().Event;
        Assert.That(completed.Outcome, Is.EqualTo(CallOutcome.Unknown));
        Assert.That(pair.Client.Of(SessionEventKind.Closed).Single().Event.Code, Is.EqualTo(ErrorCode.Draining));
    }

    [Test]
    public void EndsByItselfWhenNothingIsHeard()
    {
        SessionPair pair = new SessionPair().Connected();
        pair.CutLane();
        pair.DropDatagram = (_, _) => true;
        _ = pair.Client.Session!.TrySend(MessageKind.Request, Pattern(10), new MessageOptions(), pair.NowNs, out _);

        pair.RunFor(40_000_000_000);

        Assert.That(pair.Client.Of(SessionEventKind.Closed).Single().Event.Code, Is.EqualTo(ErrorCode.IdleTimeout));
        Assert.That(pair.Client.Of(SessionEventKind.Completed).Single().Event.Outcome, Is.EqualTo(CallOutcome.Unknown));
    }

    [Test]
    public void EveryCallIsAnsweredOnceOverALossyPath()
    {
        var random = new Random(5);
        SessionPair pair = new SessionPair().Connected();
        pair.Server.OnEvent = Echo;
        pair.DropDatagram = (_, _) => random.Next(100) < 20;
        for (int i = 0; i < 500; i++)
        {
            SendStatus status = pair.Client.Session!.TrySend(MessageKind.Request, Pattern(random.Next(3000)), new MessageOptions { Context = i }, pair.NowNs, out _);
            Assert.That(status, Is.EqualTo(SendStatus.Accepted));
            pair.RunFor(5_000_000);
        }

        pair.RunFor(10_000_000_000);

        Assert.That(pair.Client.Of(SessionEventKind.Completed).Select(item => item.Event.Context).Order(), Is.EqualTo(Enumerable.Range(0, 500).Select(i => (long)i)));
        Assert.That(pair.Client.Of(SessionEventKind.Completed).All(item => item.Event.Outcome == CallOutcome.Replied));
        Assert.That(pair.Server.Of(SessionEventKind.Request).Count(), Is.EqualTo(500));
        Assert.That(pair.Client.Session!.GetStatistics(pair.NowNs).PacketsRecovered + pair.Server.Session!.GetStatistics(pair.NowNs).PacketsRecovered, Is.GreaterThan(0));
    }
}
