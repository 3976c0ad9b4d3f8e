using Scp.Protocol.Streams;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Streams;

internal sealed class StreamLifecycleTests
{
    [Test]
    public void IdsTellTheOpenerAndTheKindAndComeInOrder()
    {
        var pair = new TablePair();
        Assert.That(pair.A.TryOpen(false, Priority.Bulk, out StreamId first) && pair.A.TryOpen(false, Priority.Bulk, out _));
        Assert.That(pair.A.TryOpen(false, Priority.Bulk, out StreamId third) && pair.A.TryOpen(true, Priority.Bulk, out _));
        Assert.That(pair.B.TryOpen(true, Priority.Bulk, out StreamId message), Is.True);
        Assert.That(new[] { first.Value, third.Value, message.Value }, Is.EqualTo(new ulong[] { 0, 8, 3 }));
    }

    [Test]
    public void AMessageArrivesAndIsForgottenByBoth()
    {
        var pair = new TablePair();
        StreamId id = pair.Open(isMessage: true);
        Assert.That(pair.A.Write(id, "hello"u8), Is.EqualTo(5));
        Assert.That(pair.A.Finish(id), Is.True);
        Assert.That(pair.A.Write(id, "more"u8), Is.Zero, "finished is finished");
        pair.Settle();

        Assert.That(TablePair.Events(pair.B, id), Is.EqualTo(new[] { StreamEventKind.Opened, StreamEventKind.Readable }));
        Assert.That(TablePair.Events(pair.A, id), Is.Empty, "not completed before the reader is through");
        Assert.That(TablePair.ReadAll(pair.B, id, out bool finished), Is.EqualTo("hello"u8.ToArray()));
        Assert.That(finished, Is.True);
        Assert.That(TablePair.Events(pair.B, id), Is.EqualTo(new[] { StreamEventKind.Finished }));
        pair.Settle();
        Assert.That(TablePair.Events(pair.A, id), Is.EqualTo(new[] { StreamEventKind.SendCompleted }));

        AssertForgotten(pair);
    }

    [Test]
    public void ADuplexStreamCarriesBothWaysAndTheOpenerNeedNotSpeakFirst()
    {
        var pair = new TablePair();
        StreamId id = pair.Open();
        pair.Settle();
        Assert.That(TablePair.Events(pair.B, id), Is.EqualTo(new[] { StreamEventKind.Opened }));
        Assert.That(pair.B.Write(id, "reply"u8), Is.EqualTo(5));
        pair.B.Finish(id);
        pair.Settle();
        Assert.That(TablePair.ReadAll(pair.A, id, out bool finished), Is.EqualTo("reply"u8.ToArray()));
        Assert.That(finished, Is.True);
        pair.A.Finish(id);
        pair.Settle();
        Assert.That(TablePair.Events(pair.A, id), Does.Contain(StreamEventKind.Finished).And.Contain(StreamEventKind.SendCompleted));
        Assert.That(TablePair.Events(pair.B, id), Does.Contain(StreamEventKind.Finished).And.Contain(StreamEventKind.SendCompleted));
        pair.Settle();
        AssertForgotten(pair);
    }

    [Test]
    public void EachArrivalIsAcknowledgedAtOnceAndTheEndOnceItWasRead()
    {
        var pair = new TablePair();
        StreamId id = pair.Open();
        pair.A.Write(id, new byte[100]);
        pair.MoveChunk(pair.A);
        Assert.That(pair.B.TryTakeControl(out StreamControl ack), Is.True);
        Assert.That(ack, Is.EqualTo(new StreamControl(FrameType.StreamAck, id, 100, ErrorCode.None)));
        Assert.That(pair.B.TryTakeControl(out _), Is.False);

        pair.A.Finish(id);
        pair.MoveChunk(pair.A);
        TablePair.ReadAll(pair.B, id, out bool finished);
        Assert.That(finished, Is.True);
        Assert.That(pair.B.TryTakeControl(out ack), Is.True);
        Assert.That(ack.Value, Is.EqualTo(101));
    }

    [Test]
    public void AResetTakesTheStreamFromItsReader()
    {
        var pair = new TablePair();
        StreamId id = pair.Open(isMessage: true);
        pair.A.Write(id, new byte[200_000]);
        pair.MoveChunk(pair.A);
        Assert.That(pair.A.Reset(id, ErrorCode.Cancelled), Is.True);
        Assert.That(pair.A.Reset(id, ErrorCode.Cancelled), Is.False);
        Assert.That(pair.A.BufferedBytes, Is.Zero);
        pair.Settle();

        Assert.That(pair.B.TryTakeEvent(out StreamEvent opened) && opened.Kind == StreamEventKind.Opened);
        Assert.That(pair.B.TryTakeEvent(out StreamEvent reset), Is.True);
        Assert.That(reset, Is.EqualTo(new StreamEvent(StreamEventKind.ResetByPeer, id, Priority.Request, ErrorCode.Cancelled)));
        Assert.That(TablePair.ReadAll(pair.B, id, out _), Is.Empty);
        AssertForgotten(pair);
    }

    [Test]
    public void AStopIsAnsweredWithAReset()
    {
        var pair = new TablePair();
        StreamId id = pair.Open(isMessage: true);
        pair.A.Write(id, new byte[200_000]);
        pair.MoveChunk(pair.A);
        Assert.That(pair.B.Stop(id, ErrorCode.NoHandler), Is.True);
        Assert.That(pair.B.Pool.RentedBlocks, Is.Zero, "what was not read is dropped at once");
        pair.MoveControl(pair.B);

        Assert.That(pair.A.TryTakeEvent(out StreamEvent stopped), Is.True);
        Assert.That(stopped, Is.EqualTo(new StreamEvent(StreamEventKind.StoppedByPeer, id, Priority.Request, ErrorCode.NoHandler)));
        Assert.That(pair.A.Write(id, "x"u8), Is.Zero);
        pair.Settle();
        Assert.That(TablePair.Events(pair.B, id), Is.EqualTo(new[] { StreamEventKind.Opened }));
        AssertForgotten(pair);
    }

    [Test]
    public void ResetsAndStopsMayOvertakeTheirStream()
    {
        var pair = new TablePair();
        StreamId id = pair.Open();
        pair.A.Write(id, "abc"u8);
        Assert.That(pair.A.Stop(id, ErrorCode.Cancelled) && pair.A.Reset(id, ErrorCode.Internal));
        pair.MoveControl(pair.A);
        Assert.That(
            TablePair.Events(pair.B, id),
            Is.EqualTo(new[] { StreamEventKind.Opened, StreamEventKind.ResetByPeer, StreamEventKind.StoppedByPeer }));
        pair.Settle();
        AssertForgotten(pair);
    }

    [Test]
    public void LateChunksOfClosedStreamsAreDropped()
    {
        var pair = new TablePair();
        StreamId id = pair.Open(isMessage: true);
        pair.A.Write(id, "abc"u8);
        pair.A.Finish(id);
        pair.Settle();
        TablePair.ReadAll(pair.B, id, out _);
        TablePair.Events(pair.B, id);
        pair.Settle();
        TablePair.Events(pair.A, id);
        AssertForgotten(pair);

        var late = new Protocol.Lanes.ChunkHeader(id, 0, 3, Priority.Request, Fin: true, Compressed: false);
        Assert.That(TablePair.Inject(pair.B, late, "abc"u8), Is.EqualTo(ErrorCode.None));
        Assert.That(pair.B.Handle(new StreamControl(FrameType.StreamReset, id, 3, ErrorCode.None)), Is.EqualTo(ErrorCode.None));
        Assert.That(pair.A.Handle(new StreamControl(FrameType.StreamAck, id, 4, ErrorCode.None)), Is.EqualTo(ErrorCode.None));
        AssertForgotten(pair);
    }

    [Test]
    public void ALostFrameIsSaidAgainAsThingsStandThen()
    {
        var pair = new TablePair();
        StreamId id = pair.Open();
        pair.A.Write(id, new byte[10]);
        pair.MoveChunk(pair.A);
        Assert.That(pair.B.TryTakeControl(out StreamControl first), Is.True);
        pair.B.OnControlLost(first);
        pair.A.Write(id, new byte[10]);
        pair.MoveChunk(pair.A);
        Assert.That(pair.B.TryTakeControl(out StreamControl second), Is.True);
        Assert.That(second.Value, Is.EqualTo(20));
        pair.B.OnControlLost(first);
        Assert.That(pair.B.TryTakeControl(out _), Is.False, "a newer ack is under way");
        pair.B.OnControlLost(second);
        Assert.That(pair.B.TryTakeControl(out second) && second.Value == 20);
    }

    [Test]
    public void ResetAndStopAreSaidUntilConfirmed()
    {
        var pair = new TablePair();
        StreamId id = pair.Open();
        pair.A.Stop(id, ErrorCode.Cancelled);
        pair.A.Reset(id, ErrorCode.Cancelled);
        for (int i = 0; i < 3; i++)
        {
            List<StreamControl> said = [];
            while (pair.A.TryTakeControl(out StreamControl control))
            {
                said.Add(control);
            }

            Assert.That(said.Select(c => c.Kind), Is.EqualTo(new[] { FrameType.StreamStop, FrameType.StreamReset }));
            said.ForEach(c => pair.A.OnControlLost(c));
        }

        pair.Settle();
        TablePair.Events(pair.B, id);
        TablePair.Events(pair.A, id);
        AssertForgotten(pair);
    }

    private static void AssertForgotten(TablePair pair)
    {
        Assert.That(pair.A.OpenStreams, Is.Zero, "the opener has forgotten the stream");
        Assert.That(pair.B.OpenStreams, Is.Zero, "the acceptor has forgotten the stream");
        Assert.That(pair.A.Pool.RentedBlocks + pair.B.Pool.RentedBlocks, Is.Zero);
    }
}
