using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Messages;

[TestFixture]
internal sealed class OutgoingMessagesTests
{
    private const long NowNs = 1_000_000;

    /// <summary>
    /// Whatever a network does: nothing is delivered twice or altered, each message ends once, and the end it reports is
    /// true: replied and delivered mean once, not run means never.
    /// </summary>
    [Property(MaxTest = 150)]
    public void EveryMessageEndsOnceAndTruly(int seed) => new MessageWorld(seed, slots: 1 + Math.Abs(seed % 40)).Run(1500);

    [Test]
    public void TheWorldShowsEveryEnd()
    {
        var worlds = new List<MessageWorld>();
        for (int seed = 1; seed <= 20; seed++)
        {
            worlds.Add(new MessageWorld(seed, slots: 8));
            worlds[^1].Run(1500);
        }

        Assert.That(worlds.Sum(world => world.Replied), Is.GreaterThan(500));
        Assert.That(worlds.Sum(world => world.Uncertain), Is.GreaterThan(100));
        Assert.That(worlds.Sum(world => world.NotRun), Is.GreaterThan(100));
        Assert.That(worlds.Sum(world => world.Repeats), Is.GreaterThan(500));
    }

    [Test]
    public void NoMoreSlotsAreUsedThanGrantedAndSequencesRiseByOne()
    {
        var side = new MessageSide(slots: 3);
        Dictionary<int, ulong> newest = [];
        for (int round = 0; round < 50; round++)
        {
            for (int i = 0; i < 5; i++)
            {
                _ = Send(side, MessageKind.ReliableOneWay);
            }

            while (side.TryTransmit(NowNs, out ulong number, out byte[] packet))
            {
                foreach (MessageId id in IdsIn(packet))
                {
                    Assert.That(id.Slot, Is.LessThan(3));
                    Assert.That(id.Sequence, Is.EqualTo(newest.GetValueOrDefault(id.Slot) + 1));
                    newest[id.Slot] = id.Sequence;
                }

                side.OnAcked(number);
            }
        }

        Assert.That(newest.Values.Aggregate(0ul, (sum, next) => sum + next), Is.EqualTo(250));
    }

    [Test]
    public void WhatWaitsForASlotGetsItByPriority()
    {
        var side = new MessageSide(slots: 1);
        _ = Send(side, MessageKind.ReliableOneWay, context: 0);
        _ = Send(side, MessageKind.ReliableOneWay, Priority.Bulk, context: 1);
        _ = Send(side, MessageKind.ReliableOneWay, Priority.Request, context: 2);
        _ = Send(side, MessageKind.ReliableOneWay, Priority.Control, context: 3);
        List<long> order = [];
        while (side.TryTransmit(NowNs, out ulong number, out _))
        {
            side.OnAcked(number);
            while (side.Events.TryTake(out SessionEvent item))
            {
                order.Add(item.Context);
            }
        }

        Assert.That(order, Is.EqualTo([0, 3, 2, 1]));
    }

    [Test]
    public void WithoutASlotNothingLeavesAndWhatNeverLeftDidNotRun()
    {
        var side = new MessageSide(slots: 0);
        _ = Send(side, MessageKind.Request);
        Assert.That(side.TryTransmit(NowNs, out _, out _), Is.False);
        side.Outgoing.FailAll(ErrorCode.IdleTimeout);
        Assert.That(side.Events.TryTake(out SessionEvent item), Is.True);
        Assert.That((item.Outcome, item.Code), Is.EqualTo((CallOutcome.NotRun, ErrorCode.IdleTimeout)));
    }

    [Test]
    public void WhatLeftMayHaveRun()
    {
        var side = new MessageSide();
        _ = Send(side, MessageKind.Request);
        _ = side.TryTransmit(NowNs, out _, out _);
        side.Outgoing.FailAll(ErrorCode.IdleTimeout);
        Assert.That(side.Events.TryTake(out SessionEvent item), Is.True);
        Assert.That(item.Outcome, Is.EqualTo(CallOutcome.Unknown));
    }

    [Test]
    public void ALostOneWayIsNotSentAgainAndEverythingElseIs()
    {
        var side = new MessageSide();
        foreach (MessageKind kind in new[] { MessageKind.OneWay, MessageKind.Request, MessageKind.ReliableOneWay })
        {
            _ = Send(side, kind);
            _ = side.TryTransmit(NowNs, out ulong number, out _);
            side.OnLost(number);
            Assert.That(side.TryTransmit(NowNs, out _, out _), Is.EqualTo(kind != MessageKind.OneWay), kind.ToString());
        }
    }

    [Test]
    public void AReplyToARequestNeverMadeIsALie()
    {
        var side = new MessageSide();
        Assert.That(Receive(side, new MessageId(0, 1), ReplyStatus.Ok), Is.EqualTo(ErrorCode.ProtocolViolation));
        MessageId id = Send(side, MessageKind.Request).Id;
        Assert.That(Receive(side, id with { Sequence = id.Sequence + 1 }, ReplyStatus.Ok), Is.EqualTo(ErrorCode.ProtocolViolation));
        Assert.That(Receive(side, id, ReplyStatus.Ok), Is.EqualTo(ErrorCode.None));
        Assert.That(Receive(side, id, ReplyStatus.Ok), Is.EqualTo(ErrorCode.None), "a repeat is none");
    }

    [TestCase(ReplyStatus.Ok, CallOutcome.Replied)]
    [TestCase(ReplyStatus.Failed, CallOutcome.Replied)]
    [TestCase(ReplyStatus.NotRun, CallOutcome.NotRun)]
    [TestCase(ReplyStatus.Unknown, CallOutcome.Unknown)]
    public void TheStatusOfAReplyDecidesTheOutcome(ReplyStatus status, CallOutcome outcome)
    {
        var side = new MessageSide();
        MessageId id = Send(side, MessageKind.Request, context: 9).Id;
        Assert.That(Receive(side, id, status), Is.EqualTo(ErrorCode.None));
        Assert.That(side.Events.TryTake(out SessionEvent item), Is.True);
        Assert.That((item.Outcome, item.Status, item.Context), Is.EqualTo((outcome, status, 9L)));
    }

    /// <summary>A replier that ran out of memory says so although parts of the reply are on their way, or have arrived.</summary>
    [Test]
    public void AReplyGivenUpHalfWayEndsTheCallAsUnknown()
    {
        var side = new MessageSide();
        MessageId id = Send(side, MessageKind.Request).Id;
        Assert.That(Receive(side, id, ReplyStatus.Ok, part: 1, parts: 2), Is.EqualTo(ErrorCode.None));
        Assert.That(Receive(side, id, ReplyStatus.Unknown), Is.EqualTo(ErrorCode.None));
        Assert.That(side.Events.TryTake(out SessionEvent item), Is.True);
        Assert.That(item.Outcome, Is.EqualTo(CallOutcome.Unknown));
        Assert.That(Receive(side, id, ReplyStatus.Ok, part: 0, parts: 2), Is.EqualTo(ErrorCode.None), "what comes late is ignored");
        Assert.That(side.Events.TryTake(out _), Is.False);
    }

    [Test]
    public void RepliesThatContradictEachOtherAreAViolation()
    {
        var side = new MessageSide();
        MessageId id = Send(side, MessageKind.Request).Id;
        Assert.That(Receive(side, id, ReplyStatus.Ok, part: 1, parts: 3), Is.EqualTo(ErrorCode.None));
        Assert.That(Receive(side, id, ReplyStatus.Ok, part: 1, parts: 2), Is.EqualTo(ErrorCode.ProtocolViolation));
    }

    [Test]
    public void ADeadlineTravelsAsWhatIsLeftOfIt()
    {
        var side = new MessageSide();
        SendStatus status = side.Outgoing.TrySend(MessageKind.Request, [1], new MessageOptions { DeadlineNs = NowNs + 5_000_000 }, out _);
        Assert.That(status, Is.EqualTo(SendStatus.Accepted));
        _ = side.TryTransmit(NowNs, out ulong first, out byte[] early);
        side.OnLost(first);
        _ = side.TryTransmit(NowNs + 2_000_000, out ulong second, out byte[] late);
        side.OnLost(second);
        _ = side.TryTransmit(NowNs + 9_000_000, out _, out byte[] over);
        Assert.That(new[] { early, late, over }.Select(packet => FirstOf(packet).DeadlineUs), Is.EqualTo([5000, 3000, 1]));
    }

    [Test]
    public void WhatIsTooLargeOrTooMuchIsRefusedAtOnce()
    {
        var side = new MessageSide(slots: 0);
        Assert.That(side.Outgoing.TrySend(MessageKind.Request, new byte[ScpLimits.MaxMessageBytes + 1], new MessageOptions(), out _), Is.EqualTo(SendStatus.TooLarge));
        for (int i = 0; i < ScpLimits.MaxQueuedMessages; i++)
        {
            Assert.That(side.Outgoing.TrySend(MessageKind.OneWay, [], new MessageOptions(), out _), Is.EqualTo(SendStatus.Accepted));
        }

        Assert.That(side.Outgoing.TrySend(MessageKind.OneWay, [], new MessageOptions(), out _), Is.EqualTo(SendStatus.Busy));
    }

    private static OutgoingMessage Send(MessageSide side, MessageKind kind, Priority priority = Priority.Request, long context = 0)
    {
        var options = new MessageOptions { Priority = priority, Context = context };
        Assert.That(side.Outgoing.TrySend(kind, [1, 2, 3], options, out OutgoingMessage? message), Is.EqualTo(SendStatus.Accepted));
        return message!;
    }

    private static ErrorCode Receive(MessageSide side, MessageId id, ReplyStatus status, int part = 0, int parts = 1)
    {
        var frame = new MessageFrame
        {
            Kind = MessageKind.Reply,
            Id = id,
            Part = part,
            Parts = parts,
            Head = new MessageHead { Status = status },
            Payload = new byte[parts > 1 && part < parts - 1 ? ScpLimits.PartBytes : 5],
        };
        return side.Incoming.Handle(frame, NowNs);
    }

    private static MessageHead FirstOf(byte[] packet)
    {
        var reader = new WireReader(packet.AsSpan(1));
        Assert.That(MessageFrame.TryRead(packet[0], ref reader, out MessageFrame frame), Is.True);
        return frame.Head;
    }

    private static List<MessageId> IdsIn(byte[] packet)
    {
        List<MessageId> ids = [];
        var reader = new WireReader(packet);
        while (!reader.IsEmpty)
        {
            Assert.That(MessageFrame.TryRead(reader.ReadByte(), ref reader, out MessageFrame frame), Is.True);
            ids.Add(frame.Id);
        }

        return ids;
    }
}
