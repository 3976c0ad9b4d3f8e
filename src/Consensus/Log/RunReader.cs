using System.Buffers;

namespace Consensus.Log;

/// <summary>Gets entries back: from the cache, else from disk with their checksum verified. Any thread may call.</summary>
internal sealed class RunReader(EntryCache cache)
{
    /// <summary>Adds entries of a run from an index on; returns how many. The caller holds a reference to the segment.</summary>
    public int Read(in EntryRun run, long fromIndex, long untilIndex, ref ReadLimit limit, List<Entry> into)
    {
        int count = (int)(Math.Min(untilIndex, run.LastIndex + 1) - fromIndex);
        long cachedAt = run.CachedAt == EntryRun.NotCached ? EntryRun.NotCached : run.CachedAt + (fromIndex - run.FirstIndex);
        int cached = cache.Read(cachedAt, count, ref limit, into);
        return cached > 0 || limit.IsReached ? cached : ReadFromDisk(run, fromIndex, count, ref limit, into);
    }

    /// <summary>Reads a record of entries into the buffer and proves that it is the one that was written there.</summary>
    public static LogRecord Fetch(in EntryRun run, Span<byte> buffer)
    {
        LogSegment segment = run.Segment;
        Span<byte> bytes = buffer[..run.Length];
        segment.File.ReadAt(run.Offset, bytes);
        if (!LogRecord.TryParse(bytes, LogChecksum.RecordSeed(segment.Seed, run.Offset), out LogRecord record)
            || record.Kind != RecordKind.Entries || record.Length != run.Length || record.Term != run.Term
            || record.FirstIndex > run.FirstIndex || record.FirstIndex + record.Count <= run.LastIndex)
        {
            throw new LogCorruptException(segment.Name, run.Offset, "entries that were durable do not match their checksum");
        }

        return record;
    }

    private static int ReadFromDisk(in EntryRun run, long fromIndex, int count, ref ReadLimit limit, List<Entry> into)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(run.Length);
        try
        {
            return CopyOut(Fetch(run, buffer), fromIndex, count, ref limit, into);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>All data of one read shares one array.</summary>
    private static int CopyOut(in LogRecord record, long fromIndex, int count, ref ReadLimit limit, List<Entry> into)
    {
        EntryWalk walk = record.Entries();
        while (walk.MoveNext() && walk.Index < fromIndex)
        {
        }

        EntryWalk first = walk;
        int taken = 0;
        int end = walk.Start;
        while (taken < count && limit.TryTake(walk.DataLength))
        {
            taken++;
            end = walk.End;
            walk.MoveNext();
        }

        byte[] data = record.Payload[(LogRecord.EntriesPrefix + first.Start)..(LogRecord.EntriesPrefix + end)].ToArray();
        int origin = first.Start;
        for (int i = 0; i < taken; i++)
        {
            into.Add(new Entry(first.Index, record.Term, first.Kind, data.AsMemory(first.DataStart - origin, first.DataLength)));
            first.MoveNext();
        }

        return taken;
    }
}
