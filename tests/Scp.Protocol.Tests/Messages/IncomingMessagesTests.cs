using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Messages;

[TestFixture]
internal sealed class IncomingMessagesTests
{
    private const long NowNs = 1_000_000_000;
    private const int Slots = 3;

    /// <summary>
    /// Against the specification's table of a receiver's slot, a dictionary of sequence and state: any part of any
    /// message of any slot, withdrawals and answers, in any order and any number of times.
    /// </summary>
    [Property(MaxTest = 300)]
    public void ASlotDoesWhatTheTableSays(int seed)
    {
        var random = new Random(seed);
        var side = new MessageSide(Slots);
        var table = new SlotTable();
        ulong base_ = 1;
        for (int step = 0; step < 600; step++)
        {
            base_ += random.Next(15) == 0 ? 1ul : 0;
            var id = new MessageId((ushort)random.Next(Slots), base_ + (ulong)random.Next(4));
            switch (random.Next(8))
            {
                case 0:
                    Assert.That(side.Incoming.HandleCancel(id), Is.EqualTo(ErrorCode.None));
                    table.Cancel(id);
                    break;
                case 1:
                    SendStatus status = side.Incoming.Reply(id, ReplyStatus.Ok, ErrorCode.None, new byte[random.Next(2000)]);
                    Assert.That(status == SendStatus.Accepted, Is.EqualTo(table.Answer(id)), $"seed {seed}, step {step}");
                    break;
                case 2:
                    while (side.TryTransmit(NowNs, out ulong number, out _))
                    {
                        side.OnAcked(number);
                    }

                    table.AcknowledgeReplies();
                    break;
                default:
                    int parts = SlotTable.PartsOf(id);
                    int part = random.Next(parts);
                    Assert.That(Receive(side, SlotTable.KindOf(id), id, part, parts), Is.EqualTo(ErrorCode.None));
                    table.Part(id, part);
                    break;
            }

            Assert.That(TakeEvents(side), Is.EqualTo(table.TakeExpected()), $"seed {seed}, step {step}");
        }
    }

    [Test]
    public void ASlotThatWasNotGrantedIsAViolation()
    {
        var side = new MessageSide(Slots);
        Assert.That(Receive(side, MessageKind.OneWay, new MessageId(Slots, 1), 0, 1), Is.EqualTo(ErrorCode.CreditExceeded));
        Assert.That(side.Incoming.HandleCancel(new MessageId(Slots, 1)), Is.EqualTo(ErrorCode.CreditExceeded));
    }

    [Test]
    public void PartsThatDisagreeAreAViolation()
    {
        var side = new MessageSide();
        Assert.That(Receive(side, MessageKind.Request, new MessageId(0, 1), 0, 3), Is.EqualTo(ErrorCode.None));
        Assert.That(Receive(side, MessageKind.Request, new MessageId(0, 1), 1, 2), Is.EqualTo(ErrorCode.ProtocolViolation));
        Assert.That(Receive(side, MessageKind.OneWay, new MessageId(0, 1), 1, 3), Is.EqualTo(ErrorCode.ProtocolViolation));
    }

    [Test]
    public void ARequestThatComesTooLateIsAnsweredAndNotDelivered()
    {
        var side = new MessageSide();
        var head = new MessageHead { DeadlineUs = 10 };
        Assert.That(Receive(side, MessageKind.Request, new MessageId(0, 1), 0, 2, head), Is.EqualTo(ErrorCode.None));
        Assert.That(Receive(side, MessageKind.Request, new MessageId(0, 1), 1, 2, nowNs: NowNs + 10_000), Is.EqualTo(ErrorCode.None));
        Assert.That(TakeEvents(side), Is.Empty);
        Assert.That(ReplyIn(side), Is.EqualTo((ReplyStatus.NotRun, ErrorCode.DeadlineExceeded)));
    }

    [Test]
    public void ARequestWhoseTimeRanOutInTheQueueMayNotRun()
    {
        var side = new MessageSide();
        Assert.That(Receive(side, MessageKind.Request, new MessageId(0, 1), 0, 1, new MessageHead { DeadlineUs = 10 }), Is.EqualTo(ErrorCode.None));
        Assert.That(side.Events.TryTake(out SessionEvent item), Is.True);
        Assert.That(side.Incoming.MayRun(item, NowNs + 10_000), Is.False);
        Assert.That(ReplyIn(side), Is.EqualTo((ReplyStatus.NotRun, ErrorCode.DeadlineExceeded)));
    }

    [Test]
    public void ARequestTakenJustInTimeRuns()
    {
        var side = new MessageSide();
        Assert.That(Receive(side, MessageKind.Request, new MessageId(0, 1), 0, 1, new MessageHead { DeadlineUs = 10 }), Is.EqualTo(ErrorCode.None));
        Assert.That(side.Events.TryTake(out SessionEvent item), Is.True);
        Assert.That(side.Incoming.MayRun(item, NowNs + 9_999), Is.True);
    }

    [Test]
    public void ADeadlineBeyondReasonIsAYear()
    {
        var side = new MessageSide();
        _ = Receive(side, MessageKind.Request, new MessageId(0, 1), 0, 1, new MessageHead { DeadlineUs = (long)VarInt.MaxValue });
        Assert.That(side.Events.TryTake(out SessionEvent item), Is.True);
        Assert.That(item.DeadlineNs - NowNs, Is.EqualTo(365L * 24 * 3600 * 1_000_000_000));
    }

    [Test]
    public void ARepeatedRequestIsAnsweredFromTheKeptReply()
    {
        var side = new MessageSide();
        var id = new MessageId(0, 1);
        _ = Receive(side, MessageKind.Request, id, 0, 1);
        Assert.That(TakeEvents(side), Has.Count.EqualTo(1));
        _ = side.Incoming.Reply(id, ReplyStatus.Ok, ErrorCode.None, [7]);
        Assert.That(ReplyIn(side), Is.EqualTo((ReplyStatus.Ok, ErrorCode.None)));
        side.OnLost(side.Open.Max);
        _ = side.TryTransmit(NowNs, out ulong again, out _);
        _ = Receive(side, MessageKind.Request, id, 0, 1, nowNs: NowNs + 1);
        Assert.That(side.TryTransmit(NowNs + 1, out _, out _), Is.False, "one is in flight");
        side.OnLost(again);
        Assert.That(side.TryTransmit(NowNs + 2, out _, out _), Is.True);
        Assert.That(TakeEvents(side), Is.Empty, "it ran once");
    }

    [Test]
    public void RepliesBeyondTheCacheAreForgottenOldestFirstAndSayUnknown()
    {
        var side = new MessageSide();
        int kept = ScpLimits.MaxReplyCacheBytes / 8000;
        for (int slot = 0; slot <= kept; slot++)
        {
            var id = new MessageId((ushort)slot, 1);
            _ = Receive(side, MessageKind.Request, id, 0, 1);
            _ = TakeEvents(side);
            _ = side.Incoming.Reply(id, ReplyStatus.Ok, ErrorCode.None, new byte[8000]);
        }

        Assert.That(side.Incoming.RepliesForgotten, Is.EqualTo(1));
        Assert.That(side.Incoming.ReplyBytes, Is.LessThanOrEqualTo(ScpLimits.MaxReplyCacheBytes));
        List<(int Slot, ReplyStatus Status)> replies = [];
        while (side.TryTransmit(NowNs, out _, out byte[] packet))
        {
            var reader = new WireReader(packet);
            while (!reader.IsEmpty)
            {
                Assert.That(MessageFrame.TryRead(reader.ReadByte(), ref reader, out MessageFrame frame), Is.True);
                replies.Add((frame.Id.Slot, frame.Part == 0 ? frame.Head.Status : ReplyStatus.Ok));
            }
        }

        Assert.That(replies.Where(reply => reply.Status == ReplyStatus.Unknown), Is.EqualTo([(0, ReplyStatus.Unknown)]));
        Assert.That(replies.Where(reply => reply.Slot == 0), Has.Exactly(1).Items);
    }

    [Test]
    public void WhatIsHeldIsBoundedAndTheRestIsRefusedUntilThereIsRoom()
    {
        var side = new MessageSide(ScpLimits.MaxSlots);
        ushort slot = 0;
        while (Receive(side, MessageKind.Request, new MessageId(slot, 1), 0, 8) == ErrorCode.None)
        {
            slot++;
        }

        Assert.That(side.Incoming.HeldBytes, Is.LessThanOrEqualTo(ScpLimits.MaxIncomingMessageBytes));
        Assert.That(Receive(side, MessageKind.Request, new MessageId(slot, 1), 0, 8), Is.EqualTo(ErrorCode.Overloaded));
        for (int part = 1; part < 8; part++)
        {
            Assert.That(Receive(side, MessageKind.Request, new MessageId(0, 1), part, 8), Is.EqualTo(ErrorCode.None), "what has begun has its room");
        }

        Assert.That(side.Events.TryTake(out SessionEvent item), Is.True);
        side.Incoming.ReturnPayload(item.Buffer!, wasIncoming: true);
        Assert.That(Receive(side, MessageKind.Request, new MessageId(slot, 1), 0, 8), Is.EqualTo(ErrorCode.None));
    }

    /// <summary>The lost parts of one-ways never come, so what arrived of them must not fill the memory for ever.</summary>
    [Test]
    public void OneWaysThatCannotBeCompletedGiveWay()
    {
        var side = new MessageSide(ScpLimits.MaxSlots);
        for (ushort slot = 0; slot < 1000; slot++)
        {
            Assert.That(Receive(side, MessageKind.OneWay, new MessageId(slot, 1), 1, 8), Is.EqualTo(ErrorCode.None), $"slot {slot}");
        }

        Assert.That(side.Incoming.HeldBytes, Is.LessThanOrEqualTo(ScpLimits.MaxIncomingMessageBytes));
        Assert.That(Receive(side, MessageKind.Request, new MessageId(2000, 1), 0, 1), Is.EqualTo(ErrorCode.None));
        Assert.That(TakeEvents(side), Is.EqualTo([(SessionEventKind.Request, 2000, 1ul)]));

        // The youngest are still there; the oldest are gone for good.
        foreach (ushort slot in new ushort[] { 999, 0 })
        {
            for (int part = 0; part < 8; part++)
            {
                Assert.That(Receive(side, MessageKind.OneWay, new MessageId(slot, 1), part, 8), Is.EqualTo(ErrorCode.None));
            }
        }

        Assert.That(TakeEvents(side), Is.EqualTo([(SessionEventKind.Message, 999, 1ul)]));
    }

    /// <summary>A message takes the place of the former one in its slot, and so may take its memory.</summary>
    [Test]
    public void TheNextMessageOfASlotMayUseTheRoomOfTheFormer()
    {
        var side = new MessageSide(ScpLimits.MaxSlots);
        ushort slot = 0;
        while (Receive(side, MessageKind.ReliableOneWay, new MessageId(slot, 1), 0, 8) == ErrorCode.None)
        {
            slot++;
        }

        Assert.That(Receive(side, MessageKind.ReliableOneWay, new MessageId(0, 2), 0, 8), Is.EqualTo(ErrorCode.None));
        Assert.That(side.Incoming.HeldBytes, Is.LessThanOrEqualTo(ScpLimits.MaxIncomingMessageBytes));
    }

    [Test]
    public void TheEndOfTheSessionFreesEverything()
    {
        var side = new MessageSide();
        for (ushort slot = 0; slot < 20; slot++)
        {
            _ = Receive(side, MessageKind.Request, new MessageId(slot, 1), 0, 1 + (slot % 3));
            _ = side.Incoming.Reply(new MessageId(slot, 1), ReplyStatus.Ok, ErrorCode.None, new byte[100]);
        }

        while (side.Events.TryTake(out SessionEvent item))
        {
            side.Incoming.ReturnPayload(item.Buffer!, wasIncoming: true);
        }

        side.Incoming.Clear();
        Assert.That((side.Incoming.HeldBytes, side.Incoming.ReplyBytes), Is.EqualTo((0, 0)));
    }

    private static ErrorCode Receive(MessageSide side, MessageKind kind, MessageId id, int part, int parts, MessageHead head = default, long nowNs = NowNs)
    {
        int bytes = parts > 1 && part < parts - 1 ? ScpLimits.PartBytes : 5;
        return side.Incoming.Handle(new MessageFrame { Kind = kind, Id = id, Part = part, Parts = parts, Head = head, Payload = new byte[bytes] }, nowNs);
    }

    private static List<(SessionEventKind Kind, int Slot, ulong Sequence)> TakeEvents(MessageSide side)
    {
        List<(SessionEventKind, int, ulong)> events = [];
        while (side.Events.TryTake(out SessionEvent item))
        {
            // As a session does: a request that was withdrawn meanwhile, or is out of time, is not shown.
            if (item.Kind != SessionEventKind.Request || side.Incoming.MayRun(item, NowNs))
            {
                events.Add((item.Kind, item.Id.Slot, item.Id.Sequence));
            }

            if (item.Buffer is { } buffer)
            {
                side.Incoming.ReturnPayload(buffer, wasIncoming: true);
            }
        }

        return events;
    }

    private static (ReplyStatus Status, ErrorCode Code) ReplyIn(MessageSide side)
    {
        Assert.That(side.TryTransmit(NowNs, out _, out byte[] packet), Is.True);
        var reader = new WireReader(packet.AsSpan(1));
        Assert.That(MessageFrame.TryRead(packet[0], ref reader, out MessageFrame frame), Is.True);
        Assert.That(frame.Kind, Is.EqualTo(MessageKind.Reply));
        return (frame.Head.Status, frame.Head.Code);
    }
}
