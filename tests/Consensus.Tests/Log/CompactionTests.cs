using Consensus.Log;

namespace Consensus.Tests.Log;

/// <summary>Segments go when nothing in them lives, and what lives moves on without ever coming back to life.</summary>
public sealed class CompactionTests
{
    [Test]
    public void ASegmentWithoutAnythingLiveIsUsedAgain()
    {
        using var fixture = new LogFixture();
        for (int round = 0; round < 20; round++)
        {
            fixture.Append(1, 10, 6000);
            fixture.SetMark(1, fixture.Group(1).LastIndex);
            fixture.CompactAll();
        }

        Assert.That(fixture.Log.Segments.Count, Is.LessThanOrEqualTo(2));
        Assert.That(fixture.Disk.Names.Count(), Is.LessThanOrEqualTo(2 + fixture.Options.MaxSpareSegments));
    }

    [Test]
    public void IdleGroupsDoNotKeepASegment()
    {
        using var fixture = new LogFixture();
        for (ulong group = 10; group < 60; group++)
        {
            fixture.Write(batch => batch.Add(fixture.Group(group)).SetHardState(new HardState((long)group, default, 0)));
        }

        fixture.Append(2, 3, 100);
        fixture.Append(1, 40, 6000);
        fixture.SetMark(1, 40);
        fixture.CompactAll();
        Assert.That(fixture.Log.Segments.Count, Is.LessThanOrEqualTo(2));
        fixture.Disk.LosePower();
        fixture.Reopen();
        for (ulong group = 10; group < 60; group++)
        {
            Assert.That(fixture.Group(group).HardState.Term, Is.EqualTo((long)group));
        }

        Assert.That(fixture.ReadAll(2), Has.Count.EqualTo(3));
    }

    [Test]
    public void AStepWritesNoMoreThanItMay()
    {
        using var fixture = new LogFixture();
        fixture.Append(2, 20, 500);
        fixture.Append(1, 30, 6000);
        fixture.SetMark(1, 30);
        long before = fixture.Log.Measure().WrittenBytes;
        Assert.That(fixture.Log.CompactStep(1000));
        Assert.That(fixture.Log.Measure().WrittenBytes - before, Is.LessThanOrEqualTo(LogFormat.BlockBytes));
    }

    [Test]
    public void ASegmentIsNotReleasedBeforeItsOwnersKnow()
    {
        using var fixture = new LogFixture();
        fixture.Append(1, 5, 6000);
        GroupLog log = fixture.Group(1);
        var replacing = new LogBatch();
        replacing.Add(log).Append(LogFixture.MakeEntry(1, 2, 10));
        fixture.Log.Write(replacing);
        fixture.Append(2, 20, 6000);
        fixture.SetMark(2, 20);
        fixture.CompactAll();
        Assert.That(fixture.Log.Segments.Oldest.Id, Is.EqualTo(1));
        Assert.That(fixture.ReadAll(1), Has.Count.EqualTo(5), "the owner has not been told that they were replaced");

        replacing.Complete();
        fixture.CompactAll();
        Assert.That(fixture.Log.Segments.Oldest.Id, Is.GreaterThan(1));
        Assert.That(fixture.ReadAll(1), Has.Count.EqualTo(1));
    }

    [Test]
    public void WhatWasReplacedWhileItMovedStaysReplaced()
    {
        using var fixture = new LogFixture();
        GroupLog log = fixture.Group(1);
        fixture.Write(batch =>
        {
            GroupWrite write = batch.Add(log);
            for (int i = 1; i <= 8; i++)
            {
                write.Append(LogFixture.MakeEntry(i, 1, 100));
            }
        });
        fixture.Append(2, 20, 6000);
        fixture.SetMark(2, 20);

        // Written, and not yet known to the owner: entries 5 to 8 are gone, and the rest of their record moves.
        var replacing = new LogBatch();
        replacing.Add(log).Append(LogFixture.MakeEntry(5, 2, 10));
        fixture.Log.Write(replacing);
        fixture.CompactAll();
        Assert.That(fixture.ReadAll(1).Select(entry => entry.Term), Is.EqualTo(Enumerable.Repeat(1L, 8)));
        replacing.Complete();
        fixture.CompactAll();
        Assert.That(fixture.ReadAll(1).Select(entry => entry.Term), Is.EqualTo(new long[] { 1, 1, 1, 1, 2 }));
        fixture.Disk.LosePower();
        fixture.Reopen();
        Assert.That(fixture.ReadAll(1).Select(entry => entry.Term), Is.EqualTo(new long[] { 1, 1, 1, 1, 2 }));
    }

    [Test]
    public void ARemovedGroupStaysRemoved()
    {
        using var fixture = new LogFixture();
        fixture.Append(1, 5, 1000);
        fixture.Append(2, 5, 1000);
        fixture.Write(batch => batch.Add(fixture.Group(1)).Remove());
        fixture.Append(2, 20, 6000);
        fixture.SetMark(2, 20);
        fixture.CompactAll();
        fixture.Reopen();
        var groups = new List<GroupId>();
        fixture.Log.ListGroups(groups);
        Assert.That(groups, Is.EqualTo(new[] { new GroupId(2) }));
        Assert.That(fixture.Group(1).LastIndex, Is.Zero);
    }

    [Test]
    public void AnIdleGroupCostsLittleMemory()
    {
        const int GroupCount = 10_000;
        var options = new LogOptions { SegmentBytes = 16 << 20, MaxBatchBytes = 4 << 20, CacheBytes = 0 };
        using NodeLog log = NodeLog.Open(new NullLogDisk(), options, LogFixture.Node, LogFixture.Identity, create: true);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Entry entry = LogFixture.MakeEntry(1, 1, 10);
        var batch = new LogBatch();
        for (ulong id = 1; id <= GroupCount; id++)
        {
            GroupWrite write = batch.Add(log.OpenGroup(new GroupId(id)));
            write.SetHardState(new HardState(1, new ReplicaId(1), 0));
            write.Append(entry);
            log.Write(batch);
            batch.Complete();
            batch.Clear();
        }

        long bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / GroupCount;
        GC.KeepAlive(log);
        TestContext.Out.WriteLine($"{bytes} bytes a group");
        Assert.That(bytes, Is.LessThan(2048));
    }
}
