using Scp.Protocol.Lanes;
using Scp.Protocol.Streams;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Streams;

/// <summary>What a peer may not do, and the code it gets for it.</summary>
internal sealed class StreamLimitTests
{
    private const int Window = 1000;

    private static readonly StreamId PeerMessage = new(2);
    private static readonly StreamId PeerDuplex = new(0);

    [Test]
    public void AStreamMayNotSendPastItsCredit()
    {
        StreamTable table = Acceptor();
        Assert.That(Inject(table, PeerMessage, 0, Window), Is.EqualTo(ErrorCode.None));
        Assert.That(Inject(table, PeerMessage, 1, Window), Is.EqualTo(ErrorCode.CreditExceeded));
        Assert.That(Inject(table, PeerMessage, ChunkHeader.MaxOffset - 1, 1), Is.EqualTo(ErrorCode.CreditExceeded));
    }

    [Test]
    public void AllStreamsTogetherMayNotSendPastTheSessionsCredit()
    {
        StreamTable table = Acceptor();
        Assert.That(Inject(table, new StreamId(0), 0, Window), Is.EqualTo(ErrorCode.None));
        Assert.That(Inject(table, new StreamId(4), 0, Window), Is.EqualTo(ErrorCode.None));
        Assert.That(Inject(table, new StreamId(8), 0, 1), Is.EqualTo(ErrorCode.CreditExceeded));
        Assert.That(Inject(table, new StreamId(4), 0, Window), Is.EqualTo(ErrorCode.None), "a repeat costs nothing");
        Assert.That(
            table.Handle(new StreamControl(FrameType.StreamReset, new StreamId(8), 1, ErrorCode.None)),
            Is.EqualTo(ErrorCode.CreditExceeded));
    }

    [Test]
    public void AStreamEndsInOnePlace()
    {
        StreamTable table = Acceptor();
        Assert.That(Inject(table, PeerMessage, 10, 10, fin: true), Is.EqualTo(ErrorCode.None));
        Assert.That(Inject(table, PeerMessage, 0, 10), Is.EqualTo(ErrorCode.None));
        Assert.That(Inject(table, PeerMessage, 10, 10, fin: true), Is.EqualTo(ErrorCode.None));
        Assert.That(Inject(table, PeerMessage, 10, 11), Is.EqualTo(ErrorCode.ProtocolViolation));
        Assert.That(Inject(table, PeerMessage, 10, 9, fin: true), Is.EqualTo(ErrorCode.ProtocolViolation));
        Assert.That(Reset(table, PeerMessage, 21), Is.EqualTo(ErrorCode.ProtocolViolation));
        Assert.That(Inject(table, PeerDuplex, 10, 10), Is.EqualTo(ErrorCode.None));
        Assert.That(Inject(table, PeerDuplex, 0, 5, fin: true), Is.EqualTo(ErrorCode.ProtocolViolation));
        Assert.That(Reset(table, PeerDuplex, 19), Is.EqualTo(ErrorCode.ProtocolViolation));
        Assert.That(Reset(table, PeerDuplex, Window + 1), Is.EqualTo(ErrorCode.CreditExceeded));
    }

    [Test]
    public void StreamsThatNobodyOpenedAndWrongDirectionsAreRefused()
    {
        StreamTable table = Acceptor();
        Assert.That(table.TryOpen(true, Priority.Request, out StreamId ownMessage), Is.True);
        Assert.That(Inject(table, new StreamId(1), 0, 1), Is.EqualTo(ErrorCode.ProtocolViolation), "ours to open");
        Assert.That(Inject(table, ownMessage, 0, 1), Is.EqualTo(ErrorCode.ProtocolViolation), "only we may send on it");
        Assert.That(Reset(table, ownMessage, 0), Is.EqualTo(ErrorCode.ProtocolViolation));
        foreach (FrameType kind in new[] { FrameType.StreamAck, FrameType.StreamCredit, FrameType.StreamStop })
        {
            Assert.That(Handle(table, kind, PeerMessage, 0), Is.EqualTo(ErrorCode.ProtocolViolation), $"{kind} to a receiver");
            Assert.That(Handle(table, kind, new StreamId(1), 0), Is.EqualTo(ErrorCode.ProtocolViolation), $"{kind} before opening");
        }

        Assert.That(Handle(table, FrameType.Ping, ownMessage, 0), Is.EqualTo(ErrorCode.ProtocolViolation));
    }

    [Test]
    public void OnlyWhatWasSentCanBeAcknowledged()
    {
        var pair = new TablePair();
        StreamId id = pair.Open();
        pair.A.Write(id, new byte[10]);
        pair.Build(pair.A, maxFrameBytes: LaneFraming.ChunkOverheadBytes + 4);
        Assert.That(Handle(pair.A, FrameType.StreamAck, id, 4), Is.EqualTo(ErrorCode.None));
        Assert.That(Handle(pair.A, FrameType.StreamAck, id, 5), Is.EqualTo(ErrorCode.ProtocolViolation));
        Assert.That(Handle(pair.A, FrameType.StreamAck, id, -1), Is.EqualTo(ErrorCode.Malformed));
        Assert.That(Handle(pair.B, FrameType.StreamAck, id, 0), Is.EqualTo(ErrorCode.None), "its opening is still under way");
        Assert.That(Handle(pair.B, FrameType.StreamAck, id, 1), Is.EqualTo(ErrorCode.ProtocolViolation));
    }

    [Test]
    public void CompressedChunksNeedACodec()
    {
        var header = new ChunkHeader(PeerMessage, 0, 100, Priority.Bulk, Fin: false, Compressed: true);
        Assert.That(TablePair.Inject(Acceptor(), header, new byte[8]), Is.EqualTo(ErrorCode.ProtocolViolation));

        var table = new StreamTable(new StreamTableOptions { IsInitiator = false, Codec = new PatternCodec(1) });
        Assert.That(TablePair.Inject(table, header, new byte[8]), Is.EqualTo(ErrorCode.Malformed), "not a block");
        Assert.That(table.Pool.RentedBlocks, Is.Zero);
    }

    [Test]
    public void StreamsOpenAtOnceAreBoundedOnBothSides()
    {
        var pair = new TablePair(options => options with { MaxLocalStreams = 3, MaxPeerStreams = 3 });
        StreamId[] ids = [.. Enumerable.Range(0, 3).Select(_ => pair.Open(isMessage: true))];
        Assert.That(pair.A.TryOpen(true, Priority.Request, out _), Is.False);
        Assert.That(pair.A.Reset(ids[1], ErrorCode.Cancelled), Is.True);
        pair.Settle();
        Assert.That(pair.A.TryOpen(true, Priority.Request, out _), Is.True, "a stream that is over makes room");

        // Twice the number may be held, since this side lags a confirmation behind; never more, gaps counted too.
        Assert.That(Inject(pair.B, new StreamId(0 + (4 * 2)), 0, 1), Is.EqualTo(ErrorCode.None));
        Assert.That(Inject(pair.B, new StreamId(0 + (4 * 3)), 0, 1), Is.EqualTo(ErrorCode.CreditExceeded));
        Assert.That(Inject(pair.B, new StreamId(VarInt.MaxValue & ~3UL), 0, 1), Is.EqualTo(ErrorCode.CreditExceeded));
    }

    [Test]
    public void APeerThatConfirmsNothingCannotPileUpStreams()
    {
        const int Granted = 4;
        var table = new StreamTable(new StreamTableOptions { IsInitiator = false, MaxPeerStreams = Granted });
        int answered = 0;
        ErrorCode error = ErrorCode.None;
        for (ulong i = 0; i < 1000 && error == ErrorCode.None; i++)
        {
            error = Inject(table, new StreamId(2 + (4 * i)), 0, 0, fin: true);
            while (table.TryTakeEvent(out _))
            {
            }

            while (table.TryTakeControl(out StreamControl control))
            {
                answered += control.Kind == FrameType.StreamAck ? 1 : 0;
            }

            Assert.That(table.OpenStreams, Is.LessThanOrEqualTo(2 * Granted));
        }

        Assert.That(error, Is.EqualTo(ErrorCode.CreditExceeded));
        Assert.That(answered, Is.EqualTo(Granted), "last words wait while too many are unconfirmed");
    }

    [Test]
    public void ClosedStreamsAreRememberedInBoundedSpaceWhileOneStaysOpen()
    {
        var pair = new TablePair(options => options with { MaxLocalStreams = 2, MaxPeerStreams = 2 });
        StreamId first = pair.Open(isMessage: true);
        pair.Settle();
        TablePair.Events(pair.B, first);
        for (int i = 0; i < 5000; i++)
        {
            StreamId id = pair.Open(isMessage: true);
            pair.A.Finish(id);
            pair.Settle();
            TablePair.Events(pair.B, id);
            pair.Settle();
            TablePair.Events(pair.A, id);
        }

        Assert.That(pair.A.OpenStreams + pair.B.OpenStreams, Is.EqualTo(2));
    }

    [Test]
    public void ShreddedStreamsAreRefused()
    {
        var table = new StreamTable(new StreamTableOptions { IsInitiator = false });
        ErrorCode error = ErrorCode.None;
        int runs = 0;
        for (; runs < 100_000 && error == ErrorCode.None; runs++)
        {
            error = Inject(table, PeerMessage, 1 + (2 * runs), 1);
        }

        Assert.That(error, Is.EqualTo(ErrorCode.LimitExceeded));
        Assert.That(runs, Is.EqualTo(StreamLimits.MaxRunsAhead + 1));
    }

    private static StreamTable Acceptor() => new(new StreamTableOptions
    {
        IsInitiator = false,
        StreamWindowBytes = Window,
        SessionWindowBytes = 2 * Window,
    });

    private static ErrorCode Inject(StreamTable table, StreamId id, long offset, int length, bool fin = false) =>
        TablePair.Inject(table, new ChunkHeader(id, offset, length, Priority.Request, fin, Compressed: false), new byte[length]);

    private static ErrorCode Reset(StreamTable table, StreamId id, long value) => Handle(table, FrameType.StreamReset, id, value);

    private static ErrorCode Handle(StreamTable table, FrameType kind, StreamId id, long value) =>
        table.Handle(new StreamControl(kind, id, value, ErrorCode.None));
}
