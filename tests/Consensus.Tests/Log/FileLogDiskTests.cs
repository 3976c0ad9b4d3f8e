using System.Diagnostics;
using Consensus.Log;

namespace Consensus.Tests.Log;

/// <summary>The real disk: what it promises, and how fast it is here.</summary>
public sealed class FileLogDiskTests
{
    private string _directory = null!;

    [SetUp]
    public void SetUp() => _directory = Path.Combine(Path.GetTempPath(), "log-" + Path.GetRandomFileName());

    [TearDown]
    public void TearDown() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void ALogIsThereForTheNextProcess()
    {
        using (FileLogDisk disk = FileLogDisk.OpenDirectory(Path.Combine(_directory, "deeper")))
        using (NodeLog log = Open(disk, create: true))
        {
            for (int i = 0; i < 40; i++)
            {
                Write(log, 1, 6000);
            }
        }

        using (FileLogDisk disk = FileLogDisk.OpenDirectory(Path.Combine(_directory, "deeper")))
        using (NodeLog log = Open(disk, create: false))
        {
            var read = new List<Entry>();
            GroupLog group = log.OpenGroup(new GroupId(1));
            group.Read(1, 41, int.MaxValue, read);
            Assert.That(read.Select(entry => entry.Data.Length), Is.All.EqualTo(6000));
            Assert.That(read, Has.Count.EqualTo(40));
        }
    }

    [Test]
    public void TwoProcessesCannotHaveOneLog()
    {
        using FileLogDisk disk = FileLogDisk.OpenDirectory(_directory);
        Assert.That(() => FileLogDisk.OpenDirectory(_directory), Throws.TypeOf<LogDiskException>().With.Message.Contains("another process"));
    }

    [Test]
    public void AFileHasItsSizeAndKeepsItsHandleUnderANewName()
    {
        using FileLogDisk disk = FileLogDisk.OpenDirectory(_directory);
        using ILogFile file = disk.Create("a", 1 << 20);
        Assert.That(file.SizeBytes, Is.EqualTo(1 << 20));
        Assert.That(new FileInfo(Path.Combine(_directory, "a")).Length, Is.EqualTo(1 << 20));
        disk.Rename("a", "b");
        disk.SyncDirectory();
        file.WriteAt(5000, [1, 2, 3]);
        file.Sync();
        using ILogFile again = disk.Open("b");
        byte[] read = new byte[3];
        again.ReadAt(5000, read);
        Assert.That(read, Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(() => again.ReadAt((1 << 20) - 1, read), Throws.TypeOf<LogDiskException>());
        Assert.That(() => disk.Create("b", 10), Throws.TypeOf<LogDiskException>());
    }

    [Test]
    public void ADiskWithoutRoomSaysSoAndKeepsNothing()
    {
        using FileLogDisk disk = FileLogDisk.OpenDirectory(_directory);
        Assert.That(
            () => disk.Create("a", 1L << 50),
            Throws.TypeOf<LogDiskException>().With.Message.Contains("allocate"));
        Assert.That(File.Exists(Path.Combine(_directory, "a")), Is.False);
    }

    [Test]
    [Explicit("measures")]
    public void MeasureWrites([Values(4096, 65536)] int bytes)
    {
        using FileLogDisk disk = FileLogDisk.OpenDirectory(_directory);
        using NodeLog log = NodeLog.Open(disk, new LogOptions(), LogFixture.Node, LogFixture.Identity, create: true);
        while (log.CompactStep(1 << 20))
        {
        }

        int payload = bytes - BatchHeader.Size - LogRecord.HeaderSize - LogRecord.EntriesPrefix - LogRecord.EntryOverhead;
        Entry template = LogFixture.MakeEntry(1, 1, payload);
        GroupLog group = log.OpenGroup(new GroupId(1));
        var batch = new LogBatch();
        const int Count = 2000;
        var slowest = new List<double>(Count);
        long startedAt = Stopwatch.GetTimestamp();
        for (int i = 0; i < Count; i++)
        {
            long at = Stopwatch.GetTimestamp();
            batch.Add(group).Append(template with { Index = group.LastIndex + 1 });
            log.Write(batch);
            batch.Complete();
            batch.Clear();
            slowest.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
        }

        double seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        slowest.Sort();
        TestContext.Out.WriteLine($"{bytes} bytes: {Count / seconds:F0} batches/s, {Count * (double)bytes / seconds / 1e6:F0} MB/s, p50 {slowest[Count / 2]:F3} ms, p99 {slowest[Count * 99 / 100]:F3} ms");
    }

    [Test]
    [Explicit("measures")]
    public void MeasureOpening()
    {
        using FileLogDisk disk = FileLogDisk.OpenDirectory(_directory);
        using (NodeLog log = NodeLog.Open(disk, new LogOptions(), LogFixture.Node, LogFixture.Identity, create: true))
        {
            var batch = new LogBatch();
            Entry template = LogFixture.MakeEntry(1, 1, 256);
            while (log.Batches.WrittenBytes < 1L << 30)
            {
                for (ulong group = 1; group <= 64; group++)
                {
                    GroupLog groupLog = log.OpenGroup(new GroupId(group));
                    GroupWrite write = batch.Add(groupLog);
                    for (int i = 1; i <= 16; i++)
                    {
                        write.Append(template with { Index = groupLog.LastIndex + i });
                    }
                }

                log.Write(batch);
                batch.Complete();
                batch.Clear();
            }
        }

        for (int i = 0; i < 3; i++)
        {
            long startedAt = Stopwatch.GetTimestamp();
            using NodeLog log = NodeLog.Open(disk, new LogOptions(), LogFixture.Node, LogFixture.Identity, create: false);
            TestContext.Out.WriteLine($"opening {log.Measure().KeptBytes >> 20} MiB in {log.Measure().SegmentCount} segments: {Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds:F0} ms");
        }
    }

    private static NodeLog Open(FileLogDisk disk, bool create) => NodeLog.Open(disk, LogFixture.Small, LogFixture.Node, LogFixture.Identity, create);

    private static void Write(NodeLog log, ulong group, int bytes)
    {
        GroupLog groupLog = log.OpenGroup(new GroupId(group));
        var batch = new LogBatch();
        batch.Add(groupLog).Append(LogFixture.MakeEntry(groupLog.LastIndex + 1, 1, bytes));
        log.Write(batch);
        batch.Complete();
    }
}
