using Consensus.Log;
using Tests.Shared;

namespace Consensus.Tests.Log;

/// <summary>Batches, their hand-over, and what happens when the disk does not do its part.</summary>
public sealed class WritingTests
{
    [Test]
    public void AnOwnerSeesAWriteOnceItHasCompletedIt()
    {
        using var fixture = new LogFixture();
        GroupLog log = fixture.Group(1);
        var batch = new LogBatch();
        batch.Add(log).Append(LogFixture.MakeEntry(1, 1, 10));
        fixture.Log.Write(batch);
        Assert.That(log.LastIndex, Is.Zero);
        batch.Complete();
        Assert.That(log.LastIndex, Is.EqualTo(1));
        Assert.That(batch.Complete, Throws.InvalidOperationException);
    }

    [Test]
    public void OneCommitOfManyGroupsIsOneSync()
    {
        using var fixture = new LogFixture();
        int before = fixture.Disk.SyncCount;
        LogBatch[] batches = [new(), new()];
        for (ulong group = 1; group <= 50; group++)
        {
            batches[group % 2].Add(fixture.Group(group)).Append(LogFixture.MakeEntry(1, 1, 100));
        }

        fixture.Log.Write(batches);
        Assert.That(fixture.Disk.SyncCount, Is.EqualTo(before + 1));
    }

    [Test]
    public void ALargeCommitIsCutAndEachPartSyncedBeforeTheNext()
    {
        using var fixture = new LogFixture();
        int before = fixture.Disk.SyncCount;
        fixture.Write(batch =>
        {
            GroupWrite write = batch.Add(fixture.Group(1));
            for (int i = 1; i <= 5; i++)
            {
                write.Append(LogFixture.MakeEntry(i, 1, 6000));
            }
        });
        Assert.That(fixture.Disk.SyncCount, Is.EqualTo(before + 3));
        fixture.Reopen();
        Assert.That(fixture.Group(1).LastIndex, Is.EqualTo(5));
    }

    [Test]
    public void AfterAFailedSyncNothingIsWrittenAnyMore()
    {
        using var fixture = new LogFixture();
        fixture.Disk.FailsNextSync = true;
        Assert.That(() => fixture.Append(1, 1, 10), Throws.TypeOf<LogDiskException>().With.Message.Contains("sync"));
        int calls = fixture.Disk.CallCount;
        Assert.That(() => fixture.Append(1, 1, 10), Throws.InvalidOperationException.With.Message.Contains("must stop"));
        Assert.That(() => fixture.Log.CompactStep(1), Throws.InvalidOperationException);
        Assert.That(fixture.Disk.CallCount, Is.EqualTo(calls));
        Assert.That(fixture.Log.HasFailed);
    }

    [Test]
    public void AFullDiskRefusesEntriesAndLetsTheRestThrough()
    {
        using var fixture = new LogFixture();
        fixture.Disk.CapacityBytes = 0;
        LogBatch batch = FillUp(fixture);
        Assert.That(fixture.Log.IsFull);
        Assert.That(batch[0].AreEntriesRefused);
        long last = fixture.Group(1).LastIndex;

        fixture.Write(b => b.Add(fixture.Group(2)).SetHardState(new HardState(9, new ReplicaId(1), 0)));
        Assert.That(fixture.ReadAll(1), Has.Count.EqualTo(last));
        fixture.SetMark(1, last);
        fixture.CompactAll();
        Assert.That(fixture.Log.HasRoom, "a released segment is the new reserve");
        fixture.Append(1, 1, 1000);
        fixture.Reopen();
        Assert.That(fixture.Group(1).LastIndex, Is.EqualTo(last + 1));
        Assert.That(fixture.Group(2).HardState.Term, Is.EqualTo(9));
    }

    [Test]
    public void RoomIsBackWhenTheDiskHasSpaceAgain()
    {
        using var fixture = new LogFixture();
        fixture.Disk.CapacityBytes = 0;
        FillUp(fixture);
        fixture.Disk.CapacityBytes = long.MaxValue;
        fixture.CompactAll();
        Assert.That(fixture.Log.HasRoom);
        fixture.Append(1, 1, 1000);
    }

    [Test]
    public void WritesBehindARefusedOneLoseTheirEntriesToo()
    {
        using var fixture = new LogFixture();
        fixture.Disk.CapacityBytes = 0;
        FillUp(fixture);
        GroupLog log = fixture.Group(1);
        long next = log.LastIndex + 1;
        var first = new LogBatch();
        first.Add(log).Append(LogFixture.MakeEntry(next, 1, 8000));
        var second = new LogBatch();
        second.Add(log).Append(LogFixture.MakeEntry(next + 1, 1, 8000));
        fixture.Log.Write(first);
        fixture.Disk.CapacityBytes = long.MaxValue;
        fixture.Log.Write(second);
        Assert.That(first[0].AreEntriesRefused && second[0].AreEntriesRefused);
        first.Complete();
        second.Complete();
        fixture.Append(1, 2, 8000);
        Assert.That(fixture.Group(1).LastIndex, Is.EqualTo(next + 1));
    }

    [Test]
    public void ALogIsNotMadeWhereThereIsNoRoom()
    {
        var disk = new SimulatedLogDisk(1) { CapacityBytes = 1000 };
        Assert.That(
            () => NodeLog.Open(disk, LogFixture.Small, LogFixture.Node, LogFixture.Identity, create: true),
            Throws.TypeOf<LogDiskException>().With.Property(nameof(LogDiskException.IsOutOfSpace)).True);
    }

    [Test]
    public void WhatDoesNotConnectStopsTheLog()
    {
        using var fixture = new LogFixture();
        fixture.Append(1, 2, 10);
        Assert.That(
            () => fixture.Write(batch => batch.Add(fixture.Group(1)).Append(LogFixture.MakeEntry(4, 1, 10))),
            Throws.InvalidOperationException.With.Message.Contains("does not connect"));
        Assert.That(fixture.Log.HasFailed);
    }

    [Test]
    public void AnEntryOverTheLimitIsRefusedWhereItIsHandedIn()
    {
        using var fixture = new LogFixture();
        GroupLog log = fixture.Group(1);
        Assert.That(
            () => new LogBatch().Add(log).Append(LogFixture.MakeEntry(1, 1, fixture.Options.MaxEntryBytes + 1)),
            Throws.ArgumentException.With.Message.Contains("at most"));
        fixture.Write(batch => batch.Add(log).Append(LogFixture.MakeEntry(1, 1, fixture.Options.MaxEntryBytes)));
        Assert.That(fixture.ReadAll(1)[0].Data.Length, Is.EqualTo(fixture.Options.MaxEntryBytes));
    }

    [Test]
    public void WritingAllocatesNothingOnceItRuns()
    {
        var options = new LogOptions { SegmentBytes = 16 << 20, MaxBatchBytes = 1 << 20, CacheBytes = 100_000 };
        using NodeLog node = NodeLog.Open(new NullLogDisk(), options, LogFixture.Node, LogFixture.Identity, create: true);
        GroupLog log = node.OpenGroup(new GroupId(1));
        var batch = new LogBatch();
        Entry template = LogFixture.MakeEntry(1, 1, 256);
        void WriteOne()
        {
            GroupWrite write = batch.Add(log);
            for (int i = 0; i < 8; i++)
            {
                write.Append(template with { Index = log.LastIndex + 1 + i });
            }

            // The mark lets the index stay small: what grows is not what is measured here.
            write.SetHardState(new HardState(1, default, 0));
            write.SetMark(new SnapshotMark(log.LastIndex, log.LastIndex == 0 ? 0 : 1, default));
            node.Write(batch);
            batch.Complete();
            batch.Clear();
        }

        for (int i = 0; i < 200; i++)
        {
            WriteOne();
        }

        Assert.That(Allocations.Of(() =>
        {
            for (int i = 0; i < 200; i++)
            {
                WriteOne();
            }
        }), Is.Zero);
    }

    /// <summary>Writes entries until they are refused; returns the batch in which they were.</summary>
    private static LogBatch FillUp(LogFixture fixture)
    {
        for (int i = 0; i < 100; i++)
        {
            GroupLog log = fixture.Group(1);
            LogBatch batch = fixture.Write(b => b.Add(log).Append(LogFixture.MakeEntry(log.LastIndex + 1, 1, 7000)));
            if (batch[0].AreEntriesRefused)
            {
                return batch;
            }
        }

        throw new InvalidOperationException("The disk never filled up.");
    }
}
