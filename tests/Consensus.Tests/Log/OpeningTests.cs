using Consensus.Log;

namespace Consensus.Tests.Log;

/// <summary>What opening accepts, what it cuts, and what it must not pass over.</summary>
public sealed class OpeningTests
{
    [Test]
    public void AnEmptyDirectoryIsRefusedUnlessALogMayBeMade()
    {
        var disk = new SimulatedLogDisk(1);
        Assert.That(
            () => NodeLog.Open(disk, LogFixture.Small, LogFixture.Node, LogFixture.Identity, create: false),
            Throws.TypeOf<LogRefusedException>().With.Message.Contains("There is no log of n7 here"));
        Assert.That(disk.Names, Is.Empty);
    }

    [Test]
    public void AnotherNodesLogIsRefused()
    {
        using var fixture = new LogFixture();
        Assert.That(
            () => NodeLog.Open(fixture.Disk, LogFixture.Small, new NodeId(8), LogFixture.Identity, create: true),
            Throws.TypeOf<LogRefusedException>().With.Message.Contains("belongs to n7, not to n8"));
    }

    [Test]
    public void ANewerVersionIsRefused()
    {
        using var fixture = new LogFixture();
        new SegmentHeader(LogFormat.Version + 1, LogFixture.Node, LogFixture.Identity, 1, 1).Format(fixture.Head.Bytes);
        Assert.That(fixture.Reopen, Throws.TypeOf<LogRefusedException>().With.Message.Contains("version 2"));
    }

    [Test]
    public void ALogThatIsMadeIsThereAfterAPowerCutAtAnyCall([Range(0, 24)] int call)
    {
        var disk = new SimulatedLogDisk(call) { CallsUntilPowerCut = call };
        try
        {
            NodeLog.Open(disk, LogFixture.Small, LogFixture.Node, LogFixture.Identity, create: true).Dispose();
        }
        catch (PowerCutException)
        {
        }

        disk.LosePower();
        using NodeLog log = NodeLog.Open(disk, LogFixture.Small, LogFixture.Node, LogFixture.Identity, create: true);
        Assert.That(log.HasRoom);
    }

    /// <summary>A process that dies leaves names behind that it never synced: the next one must not build on them.</summary>
    [Test]
    public void ALogOfWhichTheMakingProcessDiedKeepsWhatTheNextOneWrites([Range(0, 12)] int call, [Range(1, 4)] int seed)
    {
        var disk = new SimulatedLogDisk(seed) { CallsUntilPowerCut = call };
        try
        {
            NodeLog.Open(disk, LogFixture.Small, LogFixture.Node, LogFixture.Identity, create: true).Dispose();
        }
        catch (PowerCutException)
        {
        }

        disk.CallsUntilPowerCut = -1;
        using (NodeLog log = NodeLog.Open(disk, LogFixture.Small, LogFixture.Node, LogFixture.Identity, create: true))
        {
            var batch = new LogBatch();
            batch.Add(log.OpenGroup(new GroupId(1))).Append(LogFixture.MakeEntry(1, 1, 10));
            log.Write(batch);
        }

        disk.LosePower();
        using NodeLog again = NodeLog.Open(disk, LogFixture.Small, LogFixture.Node, LogFixture.Identity, create: false);
        Assert.That(again.OpenGroup(new GroupId(1)).LastIndex, Is.EqualTo(1));
    }

    [Test]
    public void WhatAProcessDiedBeforeSyncingCountsOnlyOnceItIsSynced([Range(1, 8)] int seed)
    {
        using var fixture = new LogFixture(seed: seed);
        fixture.Append(1, 3, 100);

        // The write reaches the system, and the process dies before the sync.
        fixture.Disk.CallsUntilPowerCut = 1;
        Assert.That(() => fixture.Append(1, 1, 100), Throws.TypeOf<PowerCutException>());
        fixture.Disk.CallsUntilPowerCut = -1;
        fixture.Reopen();
        Assert.That(fixture.Group(1).LastIndex, Is.EqualTo(4));

        fixture.Disk.LosePower();
        fixture.Reopen();
        Assert.That(fixture.Group(1).LastIndex, Is.EqualTo(4), "an entry that the log had shown is gone");
    }

    [Test]
    public void WhatAFailedSyncLeftInMemoryCountsOnlyOnceItIsWrittenAgain([Range(1, 8)] int seed)
    {
        using var fixture = new LogFixture(seed: seed);
        fixture.Append(1, 3, 100);
        fixture.Disk.FailsNextSync = true;
        Assert.That(() => fixture.Append(1, 1, 100), Throws.TypeOf<LogDiskException>());
        fixture.Reopen();
        Assert.That(fixture.Group(1).LastIndex, Is.EqualTo(4));

        fixture.Disk.LosePower();
        fixture.Reopen();
        Assert.That(fixture.Group(1).LastIndex, Is.EqualTo(4), "an entry that the log had shown is gone");
    }

    [Test]
    public void AShorterBatchOverATornOneLeavesNothingBehindThatCounts([Range(1, 40)] int seed)
    {
        using var fixture = new LogFixture(seed: seed);
        fixture.Append(1, 2, 100);
        fixture.Disk.CallsUntilPowerCut = 1;
        Assert.That(() => fixture.Append(1, 1, 12_000), Throws.TypeOf<PowerCutException>());
        fixture.Disk.LosePower();
        fixture.Reopen();
        long kept = fixture.Group(1).LastIndex;
        Assert.That(kept, Is.EqualTo(2).Or.EqualTo(3));

        fixture.Append(1, 1, 200, term: 2);
        fixture.Disk.LosePower();
        fixture.Reopen();
        Assert.That(fixture.Group(1).LastIndex, Is.EqualTo(kept + 1));
        fixture.Append(1, 5, 200, term: 3);
        fixture.Reopen();
        Assert.That(fixture.ReadAll(1).Select(entry => entry.Term), Is.EqualTo(Enumerable.Repeat(1L, (int)kept).Append(2L).Concat(Enumerable.Repeat(3L, 5))));
    }

    [Test]
    public void ABatchOfAnEarlierLifeOfTheFileIsNoBatch()
    {
        using var fixture = new LogFixture();
        fixture.Append(1, 2, 100);
        LogSegment head = fixture.Log.Segments.Head;

        // The very batch that is due next, sound in every way, as an earlier life of this file would have held it.
        byte[] batch = new byte[LogFormat.BlockBytes];
        uint seed = LogChecksum.SegmentSeed(LogFixture.Identity, head.Id + 1);
        Span<byte> record = batch.AsSpan(BatchHeader.Size, LogRecord.HeaderSize);
        LogRecord.Seal(record, LogChecksum.RecordSeed(seed, head.Position + BatchHeader.Size), new GroupId(1), RecordKind.Removed, RecordFlags.None, 0);
        new BatchHeader(3, BatchHeader.Size + LogRecord.HeaderSize, IsLast: false, 1).Seal(batch, seed);
        batch.CopyTo(fixture.Head.Bytes, head.Position);
        fixture.Reopen();
        Assert.That(fixture.Group(1).LastIndex, Is.EqualTo(2));

        // And to show that nothing but the segment keeps it out.
        seed = head.Seed;
        LogRecord.Seal(record, LogChecksum.RecordSeed(seed, head.Position + BatchHeader.Size), new GroupId(1), RecordKind.Removed, RecordFlags.None, 0);
        new BatchHeader(3, BatchHeader.Size + LogRecord.HeaderSize, IsLast: false, 1).Seal(batch, seed);
        batch.CopyTo(fixture.Head.Bytes, head.Position);
        fixture.Reopen();
        Assert.That(fixture.Group(1).LastIndex, Is.Zero);
    }

    [Test]
    public void AMissingSegmentIsReported([Values] bool isNewest, [Values] bool isOldest)
    {
        using var fixture = new LogFixture(LogFixture.Small with { RewriteAfterSegments = 100 });
        fixture.Append(1, 30, 6000);
        Assert.That(fixture.Log.Segments.Count, Is.GreaterThan(3));
        int at = isNewest ? fixture.Log.Segments.Count - 1 : isOldest ? 0 : 1;
        string name = fixture.Log.Segments[at].Name;
        fixture.Disk.Delete(name);
        Assert.That(fixture.Reopen, Throws.TypeOf<LogCorruptException>().With.Property(nameof(LogCorruptException.File)).EqualTo(name));
    }

    /// <summary>Every byte of what is live, unless it is the last batch, whose damage cannot be told from a torn write.</summary>
    [Test]
    public void ASpoiltByteIsReportedAndNeverReadAsData()
    {
        using var fixture = new LogFixture();
        fixture.Append(1, 6, 700);
        fixture.Write(batch => batch.Add(fixture.Group(2)).SetHardState(new HardState(3, new ReplicaId(2), 0)));
        fixture.SetMark(1, 2);
        int end = fixture.Log.Segments.Head.Position - LogFormat.BlockBytes;
        var random = new Random(5);
        for (int offset = 0; offset < end; offset++)
        {
            byte bits = (byte)(1 << random.Next(8));
            fixture.Head.Rot(offset, bits);
            ExpectReportOrTruth(fixture, offset);
            fixture.Head.Rot(offset, bits);
        }
    }

    [Test]
    public void AByteThatSpoilsWhileTheLogIsOpenIsReportedByTheRead()
    {
        using var fixture = new LogFixture();
        fixture.Append(1, 2, 700);
        fixture.Head.Rot((2 * LogFormat.BlockBytes) + 300, 1);
        var read = new List<Entry>();
        Assert.That(() => fixture.Group(1).Read(2, 3, 1000, read), Throws.TypeOf<LogCorruptException>().With.Message.Contains("checksum"));
        Assert.That(read, Is.Empty);
        Assert.That(fixture.Log.HasFailed);
        fixture.Group(1).Read(1, 2, 1000, read);
        Assert.That(read[0].Data.ToArray(), Is.EqualTo(LogFixture.MakeEntry(1, 1, 700).Data.ToArray()));
    }

    private static void ExpectReportOrTruth(LogFixture fixture, int offset)
    {
        try
        {
            fixture.Reopen();
        }
        catch (Exception e) when (e is LogCorruptException or LogRefusedException)
        {
            return;
        }

        // Only the zeros that fill the last block of a batch belong to nobody.
        Assert.That(fixture.Head.Bytes[offset] is 1 or 2 or 4 or 8 or 16 or 32 or 64 or 128, $"byte {offset} is covered by nothing");
        Assert.That(fixture.ReadAll(1).Select(entry => entry.Index), Is.EqualTo(new long[] { 3, 4, 5, 6 }));
        Assert.That(fixture.Group(2).HardState.Term, Is.EqualTo(3));
    }
}
