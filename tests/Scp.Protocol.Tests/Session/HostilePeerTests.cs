using Scp.Protocol.Lanes;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Session;

/// <summary>What a peer that is who it says it is, and means ill or has bad luck, can and cannot do.</summary>
[TestFixture]
internal sealed class HostilePeerTests
{
    private static void Message(ref WireWriter writer, MessageKind kind, int slot, ulong sequence, int part, int parts, int bytes) =>
        MessageFrame.Write(
            ref writer, kind, new MessageId((ushort)slot, sequence), part, parts, new MessageHead { Priority = Priority.Request }, new byte[bytes]);

    private static void Cancel(ref WireWriter writer, int slot, ulong sequence)
    {
        writer.WriteByte((byte)FrameType.Cancel);
        writer.WriteVarInt((ulong)slot);
        writer.WriteVarInt(sequence);
    }

    [Test]
    public void OneWaysThatLostAPartDoNotShutOutWhatComesAfterThem()
    {
        using var peer = new RawPeer();
        for (int i = 0; i < 700; i++)
        {
            int slot = i;
            _ = peer.SendByLane((ref WireWriter writer) => Message(ref writer, MessageKind.OneWay, slot, 1, 0, 8, ScpLimits.PartBytes));
        }

        _ = peer.SendByLane((ref WireWriter writer) => Message(ref writer, MessageKind.Request, 900, 1, 0, 1, 10));

        Assert.That(peer.Events.Count(item => item.Kind == SessionEventKind.Request), Is.EqualTo(1));
        Assert.That(peer.Session.GetStatistics(peer.NowNs).IncomingBytesHeld, Is.LessThanOrEqualTo(ScpLimits.MaxIncomingMessageBytes));
    }

    [Test]
    public void ASlotThatMovesOnGivesItsOwnRoomBack()
    {
        using var peer = new RawPeer();
        for (int i = 0; i < 512; i++)
        {
            int slot = i;
            _ = peer.SendByLane((ref WireWriter writer) => Message(ref writer, MessageKind.ReliableOneWay, slot, 1, 0, 8, ScpLimits.PartBytes));
        }

        _ = peer.SendByLane((ref WireWriter writer) => Message(ref writer, MessageKind.Request, 3, 2, 0, 1, 10));

        Assert.That(peer.Events.Count(item => item.Kind == SessionEventKind.Request), Is.EqualTo(1));
    }

    [Test]
    public void ARequestIsWithdrawnOnceHoweverOftenThePeerSaysSo()
    {
        using var peer = new RawPeer();
        _ = peer.SendByLane((ref WireWriter writer) => Message(ref writer, MessageKind.Request, 0, 1, 0, 1, 10));

        _ = peer.SendByLane((ref WireWriter writer) =>
        {
            for (int i = 0; i < 300; i++)
            {
                Cancel(ref writer, 0, 1);
            }
        });
        _ = peer.SendByLane((ref WireWriter writer) => Message(ref writer, MessageKind.Request, 0, 2, 0, 1, 10));

        Assert.That(peer.Events.Count(item => item.Kind == SessionEventKind.Cancelled), Is.EqualTo(1));
    }

    [Test]
    public void ARequestWithdrawnBeforeItWasTakenDoesNotRun()
    {
        using var peer = new RawPeer();
        _ = peer.SendByLane((ref WireWriter writer) =>
        {
            Message(ref writer, MessageKind.Request, 0, 1, 0, 1, 10);
            Cancel(ref writer, 0, 1);
            Message(ref writer, MessageKind.Request, 1, 1, 0, 1, 10);
            Message(ref writer, MessageKind.Request, 1, 2, 0, 1, 10);
        });

        Assert.That(peer.Events.Select(item => (item.Kind, item.Id)), Is.EqualTo(new[] { (SessionEventKind.Request, new MessageId(1, 2)) }));
        peer.Drain();
        Assert.That(peer.Session.GetStatistics(peer.NowNs).IncomingBytesHeld, Is.Zero);
    }

    [Test]
    public void ChallengesDoNotGrowTheTableOfWhatWasSent()
    {
        using var peer = new RawPeer { ReadsLane = false };
        peer.OnEvent = (session, item) => _ = session.Reply(item.Id, ReplyStatus.Ok, ErrorCode.None, [1], peer.NowNs);
        ulong data = 0;
        for (int i = 0; i < 10; i++)
        {
            peer.SendByDatagram(new PathId(9), (ref WireWriter writer) => writer.WriteByte((byte)FrameType.Ping));
            peer.RunFor(100_000_000);
        }

        _ = peer.SendByLane((ref WireWriter writer) => Message(ref writer, MessageKind.Request, 0, 1, 0, 1, 10));
        peer.ReadsLane = true;
        peer.Drain();
        for (int i = 0; i < 3 * ScpLimits.MaxPacketsInFlight; i++)
        {
            peer.SendByDatagram(new PathId(9), (ref WireWriter writer) =>
            {
                writer.WriteByte((byte)FrameType.PathChallenge);
                writer.WriteUInt64(++data);
            });
        }

        Assert.That(peer.Session.GetStatistics(peer.NowNs).PacketsInFlight, Is.LessThanOrEqualTo(ScpLimits.MaxPacketsInFlight + 8));
    }

    [Test]
    public void RepliesThatAreNeverFetchedDoNotPileUp()
    {
        using var peer = new RawPeer { ReadsLane = false };
        peer.OnEvent = (session, item) =>
        {
            if (item.Kind == SessionEventKind.Request)
            {
                _ = session.Reply(item.Id, ReplyStatus.Ok, ErrorCode.None, [], peer.NowNs);
            }
        };
        _ = peer.SendByLane((ref WireWriter writer) => Message(ref writer, MessageKind.Request, 1, 1, 0, 1, 0));
        ulong sequence = 0;
        void SendMany(int packets)
        {
            for (int i = 0; i < packets; i++)
            {
                _ = peer.SendByLane((ref WireWriter writer) => Message(ref writer, MessageKind.Request, 0, ++sequence, 0, 1, 0));
                peer.Events.Clear();
            }
        }

        SendMany(10_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        SendMany(20_000);
        long after = GC.GetTotalMemory(forceFullCollection: true);

        Assert.That(after - before, Is.LessThan(1_000_000));
    }

    [Test]
    public void ASessionIsNotForgottenForAnotherWithItsId()
    {
        var endpoint = new ScpEndpoint(new EndpointOptions(), new SeededEntropy(4));
        using var peer = new RawPeer(endpoint);
        ScpSession dialled = endpoint.Connect("evil", new PathId(5), peer.NowNs);
        LaneId lane = endpoint.OpenLane(dialled, peer.NowNs);
        _ = endpoint.HandleLane(lane, RawPeer.Hello(LaneHelloKind.Accept, peer.Session.Id, [1]), peer.NowNs);
        Assert.That(dialled.Id, Is.EqualTo(peer.Session.Id));
        dialled.Close(ErrorCode.None, "", peer.NowNs);
        var buffer = new byte[100_000];
        while (dialled.PollEvent(peer.NowNs, out _) || dialled.PollTransmit(buffer, peer.NowNs, out _))
        {
        }

        endpoint.LaneClosed(lane, peer.NowNs);
        Assert.That(endpoint.TryForget(dialled));

        LaneId second = endpoint.AcceptLane("client", peer.NowNs);
        ErrorCode code = endpoint.HandleLane(second, RawPeer.Hello(LaneHelloKind.Join, peer.Session.Id, peer.Token), peer.NowNs);

        Assert.That(code, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void AFloodOfLanePingsCostsItsBytesAndNoMore()
    {
        var lane = new Lane(new LaneId(1), "peer", isInitiator: false);
        var frame = new byte[16];
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (lane.TryQueue(frame))
        {
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(512 * 1024));
    }

    [Test]
    public void APeerThatReadsNothingCannotKeepAClosedSession()
    {
        using var peer = new RawPeer { ReadsLane = false };
        peer.Session.Close(ErrorCode.None, "done", peer.NowNs);
        peer.Drain();
        Assert.That(peer.Server.LaneMustClose(peer.Lane), Is.False, "the lane may still take the close");

        peer.RunFor(20_000_000_000);

        Assert.That(peer.Server.LaneMustClose(peer.Lane));
        peer.Server.LaneClosed(peer.Lane, peer.NowNs);
        peer.Drain();
        Assert.That(peer.Server.TryForget(peer.Session));
    }
}
