using System.Buffers;
using System.Buffers.Binary;

namespace Consensus.Log;

/// <summary>Turns what groups want written into records, and keeps the writer's view of the groups in step with them.</summary>
internal sealed class RecordWriter(BatchWriter batches, LogOptions options)
{
    public void WriteHardState(GroupState group, in HardState hardState, RecordFlags flags)
    {
        LogSegment segment = EncodeHardState(group.Id, hardState, flags);
        group.SetHardState(hardState, segment);
    }

    public LogSegment EncodeHardState(GroupId group, in HardState hardState, RecordFlags flags)
    {
        Span<byte> record = batches.Take(LogRecord.HardStateSize, out LogSegment segment, out int offset);
        Span<byte> payload = record[LogRecord.HeaderSize..];
        BinaryPrimitives.WriteInt64LittleEndian(payload, hardState.Term);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[8..], hardState.VotedFor.Value);
        BinaryPrimitives.WriteInt64LittleEndian(payload[16..], hardState.CommitIndex);
        Seal(record, segment, offset, group, RecordKind.HardState, flags, 0);
        return segment;
    }

    public LogSegment EncodeMark(GroupId group, in SnapshotMark mark, RecordFlags flags)
    {
        Span<byte> record = batches.Take(GroupState.MarkBytes(mark), out LogSegment segment, out int offset);
        Span<byte> payload = record[LogRecord.HeaderSize..];
        BinaryPrimitives.WriteInt64LittleEndian(payload, mark.Index);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], mark.Term);
        mark.Configuration.Span.CopyTo(payload[LogRecord.MarkPrefix..]);
        Seal(record, segment, offset, group, RecordKind.SnapshotMark, flags, 0);
        return segment;
    }

    public void WriteRemoval(GroupState group)
    {
        Span<byte> record = batches.Take(LogRecord.HeaderSize, out LogSegment segment, out int offset);
        Seal(record, segment, offset, group.Id, RecordKind.Removed, RecordFlags.None, 0);
        group.Remove();
    }

    /// <summary>Writes entries as records of one term each, and adds where they went, with a reference for the owner.</summary>
    public void WriteEntries(GroupState group, List<Entry> entries, List<EntryRun> runs)
    {
        for (int from = 0; from < entries.Count;)
        {
            int until = EndOfRecord(entries, from, out int bytes);
            Span<byte> record = batches.Take(bytes, out LogSegment segment, out int offset);
            EncodeEntries(entries, from, until, record[LogRecord.HeaderSize..]);
            Seal(record, segment, offset, group.Id, RecordKind.Entries, RecordFlags.None, until - from);
            var run = new EntryRun(segment, offset, bytes, entries[from].Index, until - from, entries[from].Term, bytes, EntryRun.NotCached);
            group.Append(run);
            segment.AddReference();
            runs.Add(run);
            from = until;
        }
    }

    /// <summary>Copies the live part of a record; where the copy lies counts once the batch is durable.</summary>
    public EntryRun CopyEntries(GroupState group, in EntryRun run)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(run.Length);
        try
        {
            return CopyLive(group, run, RunReader.Fetch(run, buffer));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private EntryRun CopyLive(GroupState group, in EntryRun run, in LogRecord record)
    {
        if (record.Group != group.Id)
        {
            throw new LogCorruptException(run.Segment.Name, run.Offset, $"a record of {record.Group} lies where one of {group.Id} was written");
        }

        EntryWalk walk = record.Entries();
        while (walk.MoveNext() && walk.Index < run.FirstIndex)
        {
        }

        int start = walk.Start;
        for (int i = 1; i < run.Count; i++)
        {
            walk.MoveNext();
        }

        ReadOnlySpan<byte> live = record.Payload[(LogRecord.EntriesPrefix + start)..(LogRecord.EntriesPrefix + walk.End)];
        int bytes = LogRecord.HeaderSize + LogRecord.EntriesPrefix + live.Length;
        Span<byte> copy = batches.Take(bytes, out LogSegment segment, out int offset);
        Span<byte> payload = copy[LogRecord.HeaderSize..];
        BinaryPrimitives.WriteInt64LittleEndian(payload, run.FirstIndex);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], run.Term);
        live.CopyTo(payload[LogRecord.EntriesPrefix..]);
        Seal(copy, segment, offset, group.Id, RecordKind.Entries, RecordFlags.Rewritten, run.Count);
        return run with { Segment = segment, Offset = offset, Length = bytes, LiveBytes = bytes };
    }

    private static void Seal(Span<byte> record, LogSegment segment, int offset, GroupId group, RecordKind kind, RecordFlags flags, int count) =>
        LogRecord.Seal(record, LogChecksum.RecordSeed(segment.Seed, offset), group, kind, flags, count);

    private static void EncodeEntries(List<Entry> entries, int from, int until, Span<byte> payload)
    {
        BinaryPrimitives.WriteInt64LittleEndian(payload, entries[from].Index);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], entries[from].Term);
        payload = payload[LogRecord.EntriesPrefix..];
        for (int i = from; i < until; i++)
        {
            Entry entry = entries[i];
            payload[0] = (byte)entry.Kind;
            BinaryPrimitives.WriteInt32LittleEndian(payload[1..], entry.Data.Length);
            entry.Data.Span.CopyTo(payload[LogRecord.EntryOverhead..]);
            payload = payload[(LogRecord.EntryOverhead + entry.Data.Length)..];
        }
    }

    private int EndOfRecord(List<Entry> entries, int from, out int bytes)
    {
        bytes = LogRecord.HeaderSize + LogRecord.EntriesPrefix + LogRecord.EntryOverhead + entries[from].Data.Length;
        int until = from + 1;
        while (until < entries.Count && entries[until].Term == entries[from].Term)
        {
            int more = LogRecord.EntryOverhead + entries[until].Data.Length;
            if (bytes + more > options.MaxRecordBytes)
            {
                break;
            }

            bytes += more;
            until++;
        }

        return until;
    }
}
