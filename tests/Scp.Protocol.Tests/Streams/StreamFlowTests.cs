using Scp.Protocol.Lanes;
using Scp.Protocol.Streams;
using Scp.Protocol.Tests.Session;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Streams;

/// <summary>Windows, priorities, and what is sent again.</summary>
internal sealed class StreamFlowTests
{
    private const int Window = 8000;

    [Test]
    public void WritingStopsAtTheWindowAndGoesOnWhenThereIsRoom()
    {
        TablePair pair = SmallWindows();
        StreamId id = pair.Open();
        Assert.That(pair.A.Write(id, new byte[3 * Window]), Is.EqualTo(Window));
        Assert.That(pair.A.Write(id, new byte[1]), Is.Zero);
        pair.Settle();
        Assert.That(TablePair.Events(pair.A, id), Is.EqualTo(new[] { StreamEventKind.Writable }), "acknowledged bytes make room");
        Assert.That(pair.A.Write(id, new byte[3 * Window]), Is.EqualTo(Window));
        Assert.That(pair.A.NextPriority is null || pair.A.BuildChunk(0, new byte[2000]) == 0, "no credit, no chunk");
    }

    [Test]
    public void CreditComesBackOnceAQuarterOfAWindowWasRead()
    {
        TablePair pair = SmallWindows();
        StreamId id = pair.Open();
        pair.A.Write(id, new byte[Window]);
        pair.Settle();
        pair.B.Advance(id, (Window / 4) - 1, nowNs: 0);
        Assert.That(pair.MoveControl(pair.B), Is.Empty);
        pair.B.Advance(id, 1, nowNs: 0);
        Assert.That(
            pair.MoveControl(pair.B),
            Is.EqualTo(new[] { new StreamControl(FrameType.StreamCredit, id, Window + (Window / 4), ErrorCode.None) }));
    }

    [Test]
    public void SessionCreditComesBackTooAndCountsWhatAResetThrewAway()
    {
        TablePair pair = SmallWindows();
        StreamId id = pair.Open(isMessage: true);
        pair.A.Write(id, new byte[Window]);
        pair.Settle();
        pair.A.Reset(id, ErrorCode.Cancelled);
        pair.MoveControl(pair.A);
        Assert.That(
            pair.MoveControl(pair.B),
            Is.EqualTo(new[] { new StreamControl(FrameType.SessionCredit, default, 3 * Window, ErrorCode.None) }));
    }

    [TestCase(1_000, 4 * Window)]
    [TestCase(350_000, 4 * Window)]
    [TestCase(450_000, Window)]
    public void TheWindowGrowsForAReaderThatKeepsUp(long nsPerRead, long expectedWindow)
    {
        TablePair pair = SmallWindows();
        pair.B.RttNs = 50_000;
        StreamId id = pair.Open();
        long limit = 0;
        for (int i = 0; i < 100; i++)
        {
            pair.A.Write(id, new byte[Window]);
            pair.Settle();
            pair.B.Advance(id, pair.B.Peek(id).Length, i * nsPerRead);
            foreach (StreamControl control in pair.MoveControl(pair.B).Where(c => c.Kind == FrameType.StreamCredit))
            {
                limit = control.Value;
            }
        }

        Span<StreamPosition> positions = new StreamPosition[1];
        Assert.That(pair.B.ExportPositions(positions), Is.EqualTo(1));
        Assert.That(positions[0].Limit, Is.EqualTo(limit));
        Assert.That(limit - positions[0].Received, Is.InRange(expectedWindow / 2, expectedWindow));
    }

    [Property(MaxTest = 50)]
    public void TheMostUrgentChunkIsAlwaysNext(int seed)
    {
        var pair = new TablePair();
        var random = new Random(seed);
        StreamId[] ids = [.. Enumerable.Range(0, 12).Select(i => pair.Open(priority: (Priority)(i % 4)))];
        long[] waiting = new long[ids.Length];
        pair.Settle();
        for (int i = 0; i < 300; i++)
        {
            if (random.Next(2) == 0)
            {
                int at = random.Next(ids.Length);
                waiting[at] += pair.A.Write(ids[at], new byte[random.Next(1, 100_000)]);
            }

            Priority? expected = null;
            for (int k = ids.Length - 1; k >= 0; k--)
            {
                expected = waiting[k] > 0 && (expected is null || k % 4 <= (int)expected) ? (Priority)(k % 4) : expected;
            }

            Assert.That(pair.A.NextPriority, Is.EqualTo(expected));
            if (expected is not null)
            {
                ChunkHeader built = pair.Build(pair.A);
                Assert.That(built.Priority, Is.EqualTo(expected));
                waiting[Array.IndexOf(ids, built.Stream)] -= built.RawLength;
                long end = built.Offset + built.RawLength;
                pair.A.Handle(new StreamControl(FrameType.StreamAck, built.Stream, end, ErrorCode.None));
                pair.A.Handle(new StreamControl(FrameType.StreamCredit, built.Stream, end + (1 << 20), ErrorCode.None));
            }
        }
    }

    [Test]
    public void ARequestOvertakesBulkThatNeverEnds()
    {
        var pair = new TablePair();
        StreamId bulk = pair.Open(priority: Priority.Bulk);
        StreamId request = pair.Open(priority: Priority.Request);
        pair.Settle();
        for (int i = 0; i < 100; i++)
        {
            Assert.That(pair.A.Write(bulk, new byte[10 * ScpLimits.MaxChunkBytes]), Is.Positive);
            Assert.That(pair.Build(pair.A, lane: 1).Stream, Is.EqualTo(bulk));
            Assert.That(pair.A.Write(request, new byte[100]), Is.EqualTo(100));
            Assert.That(pair.Build(pair.A, lane: 1).Stream, Is.EqualTo(request), "the very next chunk");
            pair.A.OnLaneLost(1);
            Assert.That(pair.Build(pair.A, lane: 1).Stream, Is.EqualTo(request), "also when both have to be sent again");
            while (pair.MoveChunk(pair.A))
            {
            }

            pair.A.OnLaneLost(1);
            pair.Settle();
            TablePair.ReadAll(pair.B, bulk, out _);
            TablePair.ReadAll(pair.B, request, out _);
            pair.Settle();
        }
    }

    [Test]
    public void StalledBulkLeavesSessionCreditAndBufferToWhatIsUrgent()
    {
        var pair = new TablePair(options => options with
        {
            SessionWindowBytes = 4 * ScpLimits.StreamWindowBytes,
            PeerSessionWindowBytes = 4 * ScpLimits.StreamWindowBytes,
            SendBufferBytes = 4 * ScpLimits.StreamWindowBytes,
        });
        for (int i = 0; i < 8; i++)
        {
            StreamId bulk = pair.Open(priority: Priority.Bulk);
            pair.A.Write(bulk, new byte[ScpLimits.StreamWindowBytes]);
        }

        pair.Settle();
        StreamId request = pair.Open(priority: Priority.Request);
        Assert.That(pair.A.Write(request, new byte[1000]), Is.EqualTo(1000));
        pair.Settle();
        Assert.That(pair.B.Peek(request).Length, Is.EqualTo(1000));
    }

    [Test]
    public void StreamsOfOnePriorityTakeTurns()
    {
        var pair = new TablePair();
        StreamId[] ids = [pair.Open(), pair.Open(), pair.Open()];
        Array.ForEach(ids, id => pair.A.Write(id, new byte[10 * ScpLimits.MaxChunkBytes]));
        StreamId[] order = [.. Enumerable.Range(0, 9).Select(_ => pair.Build(pair.A).Stream)];
        Assert.That(order, Is.EqualTo(ids.Concat(ids).Concat(ids)));
    }

    [Test]
    public void ALostLaneIsSentAgainExactlyAndCostsNoCredit()
    {
        var pair = new TablePair();
        StreamId id = pair.Open();
        pair.A.Write(id, new byte[5000]);
        pair.A.Finish(id);
        int[] lanes = [0, 1, 0, 2, 1];
        foreach (int lane in lanes)
        {
            pair.Build(pair.A, lane, LaneFraming.ChunkOverheadBytes + 1000);
        }

        Assert.That(pair.A.NextPriority, Is.Null, "all is sent, the end with the last byte");
        Assert.That(pair.A.Handle(new StreamControl(FrameType.StreamAck, id, 1500, ErrorCode.None)), Is.EqualTo(ErrorCode.None));
        pair.A.OnLaneLost(1);
        Assert.That(Range(pair.Build(pair.A, 0)), Is.EqualTo((1500L, 500, false)));
        Assert.That(Range(pair.Build(pair.A, 0)), Is.EqualTo((4000L, 1000, true)));
        Assert.That(pair.A.NextPriority, Is.Null);
        pair.A.OnLaneLost(0);
        Assert.That(Range(pair.Build(pair.A, 2)), Is.EqualTo((1500L, 1500, false)), "what was sent again counts for its new lane");
        Assert.That(Range(pair.Build(pair.A, 2)), Is.EqualTo((4000L, 1000, true)));
    }

    [Test]
    public void AResumeSendsWhatThePeerLacksAndNothingElse()
    {
        var pair = new TablePair();
        StreamId id = pair.Open();
        pair.A.Write(id, new byte[5000]);
        pair.Build(pair.A, 0, LaneFraming.ChunkOverheadBytes + 3000);
        Assert.That(pair.A.OnResumed([new(id, 3001, 0, false)]), Is.EqualTo(ErrorCode.ProtocolViolation), "never sent");
        Assert.That(pair.A.OnResumed([new(id, 0, 0, true)]), Is.EqualTo(ErrorCode.ProtocolViolation), "has no end yet");
        Assert.That(pair.A.OnResumed([new(new StreamId(400), 0, 0, false)]), Is.EqualTo(ErrorCode.ProtocolViolation), "never opened");
        Assert.That(pair.A.OnResumed([new(new StreamId(2), 0, 0, false)]), Is.EqualTo(ErrorCode.ProtocolViolation), "never opened");
        Assert.That(pair.A.OnResumed([new(id, -1, 0, false)]), Is.EqualTo(ErrorCode.Malformed));
        Assert.That(Range(pair.Build(pair.A, 0)).Offset, Is.EqualTo(3000), "a refused resume changes nothing");

        pair.A.OnLaneLost(0);
        Assert.That(pair.A.OnResumed([new(id, 2000, 0, false)]), Is.EqualTo(ErrorCode.None));
        Assert.That(Range(pair.Build(pair.A, 0)), Is.EqualTo((2000L, 3000, false)));
        Assert.That(pair.A.OnResumed([new(id, 1000, 0, false)]), Is.EqualTo(ErrorCode.None));
        Assert.That(Range(pair.Build(pair.A, 0)), Is.EqualTo((2000L, 3000, false)), "an older position takes nothing back");
    }

    [Test]
    public void AResumeSendsAgainWhateverTheLane()
    {
        var pair = new TablePair();
        StreamId id = pair.Open();
        pair.A.Write(id, new byte[2000]);
        pair.Build(pair.A, 1, LaneFraming.ChunkOverheadBytes + 1000);
        pair.Build(pair.A, 2);
        Assert.That(pair.A.OnResumed([]), Is.EqualTo(ErrorCode.None));
        Assert.That(Range(pair.Build(pair.A, 0)), Is.EqualTo((0L, 2000, false)), "a stream that is not listed may be unknown");
    }

    [Test]
    public void AnEmptyOpeningIsSentAgainUntilThereIsMore()
    {
        var pair = new TablePair();
        StreamId id = pair.Open();
        Assert.That(Range(pair.Build(pair.A, 1)), Is.EqualTo((0L, 0, false)));
        Assert.That(pair.A.NextPriority, Is.Null);
        pair.A.OnLaneLost(1);
        Assert.That(pair.Build(pair.A, 0).Stream, Is.EqualTo(id));
        Assert.That(pair.A.OnResumed([]), Is.EqualTo(ErrorCode.None));
        Assert.That(pair.MoveChunk(pair.A), Is.True);
        Assert.That(TablePair.Events(pair.B, id), Is.EqualTo(new[] { StreamEventKind.Opened }));
        pair.B.OnLaneLost(0);
        Assert.That(pair.B.NextPriority, Is.Null, "the opener need not be told of its own stream");
    }

    [Test]
    public void TheFirstCopyOfAByteIsKept()
    {
        var pair = new TablePair();
        ErrorCode Send(long offset, string text) => TablePair.Inject(
            pair.B,
            new ChunkHeader(new StreamId(0), offset, text.Length, Priority.Request, Fin: false, Compressed: false),
            System.Text.Encoding.ASCII.GetBytes(text));

        Assert.That(new[] { Send(2, "cd"), Send(6, "gh"), Send(1, "XXXXXXXX"), Send(0, "YYYYYYYYYY"), Send(0, "ZZ") }, Is.All.EqualTo(ErrorCode.None));
        Assert.That(TablePair.ReadAll(pair.B, new StreamId(0), out _), Is.EqualTo("YXcdXXghXY"u8.ToArray()));
    }

    [Test]
    public void ATrialIsMadeOfChunksThatBeginWithABlock()
    {
        var pair = new TablePair(options => options with { Codec = new RunCodec() });
        StreamId id = pair.Open();
        const int Block = ScpLimits.MaxChunkBytes;
        pair.A.Write(id, new byte[3 * Block]);

        ChunkHeader Next(int dataBytes = Block) => pair.Build(pair.A, 0, LaneFraming.ChunkOverheadBytes + dataBytes);
        (int RawLength, bool Compressed)[] chunks = [.. new[] { Next(Block - 5), Next(), Next() }.Select(chunk => (chunk.RawLength, chunk.Compressed))];

        Assert.That(chunks, Is.EqualTo(new[] { (Block - 5, true), (5, false), (Block, true) }));
    }

    private static (long Offset, int Length, bool Fin) Range(ChunkHeader header) => (header.Offset, header.RawLength, header.Fin);

    private static TablePair SmallWindows() => new(options => options with
    {
        StreamWindowBytes = Window,
        PeerStreamWindowBytes = Window,
        MaxStreamWindowBytes = 4 * Window,
        SessionWindowBytes = 2 * Window,
        PeerSessionWindowBytes = 2 * Window,
    });
}
