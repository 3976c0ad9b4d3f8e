using Consensus.Log;

namespace Consensus.Tests.Log;

/// <summary>A log on a simulated disk, with the short ways that tests take.</summary>
internal sealed class LogFixture : IDisposable
{
    public static readonly NodeId Node = new(7);
    public static readonly UInt128 Identity = new(0x0123456789ABCDEF, 0xFEDCBA9876543210);

    public static readonly LogOptions Small = new()
    {
        SegmentBytes = LogOptions.MinSegmentBytes,
        MaxBatchBytes = 16 * 1024,
        MaxRecordBytes = 4096,
        RewriteAfterSegments = 1,
        RewriteBelowPercent = 50,
        CacheBytes = 0,
    };

    public LogFixture(LogOptions? options = null, int seed = 1)
    {
        Options = options ?? Small;
        Disk = new SimulatedLogDisk(seed);
        Log = NodeLog.Open(Disk, Options, Node, Identity, create: true);
    }

    public LogOptions Options { get; }

    public SimulatedLogDisk Disk { get; }

    public NodeLog Log { get; private set; }

    /// <summary>The file of the newest segment.</summary>
    public SimulatedLogFile Head => Disk[Log.Segments.Head.Name];

    public static Entry MakeEntry(long index, long term, int bytes)
    {
        byte[] data = new byte[bytes];
        new Random((int)index).NextBytes(data);
        return new Entry(index, term, EntryKind.Command, data);
    }

    public GroupLog Group(ulong id) => Log.OpenGroup(new GroupId(id));

    /// <summary>Writes a batch and has its owner take it in.</summary>
    public LogBatch Write(Action<LogBatch> fill)
    {
        var batch = new LogBatch();
        fill(batch);
        Log.Write(batch);
        batch.Complete();
        return batch;
    }

    /// <summary>Appends so many entries of one term at the end of a group's log, one write each.</summary>
    public void Append(ulong group, int count, int bytes, long term = 1)
    {
        for (int i = 0; i < count; i++)
        {
            GroupLog log = Group(group);
            Write(batch => batch.Add(log).Append(MakeEntry(log.LastIndex + 1, term, bytes)));
        }
    }

    public void SetMark(ulong group, long index, long term = 1) =>
        Write(batch => batch.Add(Group(group)).SetMark(new SnapshotMark(index, term, ReadOnlyMemory<byte>.Empty)));

    public void CompactAll()
    {
        while (Log.CompactStep(64 * 1024))
        {
        }
    }

    public void Reopen()
    {
        Log.Dispose();
        Log = NodeLog.Open(Disk, Options, Node, Identity, create: false);
    }

    public List<Entry> ReadAll(ulong group)
    {
        GroupLog log = Group(group);
        var entries = new List<Entry>();
        if (log.LastIndex > log.Snapshot.Index)
        {
            log.Read(log.Snapshot.Index + 1, log.LastIndex + 1, int.MaxValue, entries);
        }

        return entries;
    }

    public void Dispose() => Log.Dispose();
}
