using System.Buffers.Binary;
using Consensus;
using Consensus.Log;

namespace Fuzz.Targets;

/// <summary>
/// Records of a node's log, with checksums that are right: what else is in them may be anything. They are replayed as
/// one batch, which must end in groups without gaps or in the one error that says where the damage is.
/// </summary>
internal sealed class LogTarget : IFuzzTarget
{
    private static readonly LogSegment Segment = new(1, "log", 1, LogChecksum.SegmentSeed(7, 1), new NoFile());

    public string Name => "log";

    public IEnumerable<byte[]> Seeds()
    {
        yield return Record(RecordKind.HardState, RecordFlags.None, 0, new byte[24]);
        yield return Record(RecordKind.Removed, RecordFlags.None, 0, []);
        yield return Record(RecordKind.SnapshotMark, RecordFlags.DropsAll, 0, [4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9]);
        byte[] entries = Record(
            RecordKind.Entries, RecordFlags.None, 2, [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 7, 2, 0, 0, 0, 0]);
        yield return entries;
        yield return [.. entries, .. entries, .. Record(RecordKind.SnapshotMark, RecordFlags.None, 0, [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])];
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        byte[] batch = new byte[BatchHeader.Size + input.Length];
        input.CopyTo(batch.AsSpan(BatchHeader.Size));
        MendChecksums(batch);
        var replay = new LogReplay();
        try
        {
            replay.Apply(Segment, 0, batch);
            CheckGroups(replay.Finish());
            return true;
        }
        catch (LogCorruptException)
        {
            return false;
        }
    }

    private static void CheckGroups(List<GroupState> groups)
    {
        foreach (GroupState group in groups)
        {
            long next = group.Mark.Index + 1;
            for (int i = 0; i < group.Runs.Count; i++)
            {
                Check.That(group.Runs[i].FirstIndex == next && group.Runs[i].Count > 0, "a group's log has a gap");
                next = group.Runs[i].LastIndex + 1;
            }

            Check.That(group.LastIndex == next - 1, "a group's log ends elsewhere than its last entry");
        }
    }

    private static void MendChecksums(byte[] batch)
    {
        for (int at = BatchHeader.Size; at + LogRecord.HeaderSize <= batch.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(batch.AsSpan(at + 4));
            if (length < LogRecord.HeaderSize || length > batch.Length - at)
            {
                return;
            }

            uint crc = LogChecksum.Of(LogChecksum.RecordSeed(Segment.Seed, at), batch.AsSpan(at + 4, length - 4));
            BinaryPrimitives.WriteUInt32LittleEndian(batch.AsSpan(at), crc);
            at += length;
        }
    }

    private static byte[] Record(RecordKind kind, RecordFlags flags, int count, byte[] payload)
    {
        byte[] record = new byte[LogRecord.HeaderSize + payload.Length];
        payload.CopyTo(record, LogRecord.HeaderSize);
        LogRecord.Seal(record, 0, new GroupId(1), kind, flags, count);
        return record;
    }

    private sealed class NoFile : ILogFile
    {
        public long SizeBytes => 1 << 20;

        public void ReadAt(long offset, Span<byte> into) => throw new InvalidOperationException("a replay reads no file");

        public void WriteAt(long offset, ReadOnlySpan<byte> bytes) => throw new InvalidOperationException("a replay writes no file");

        public void Sync()
        {
        }

        public void Dispose()
        {
        }
    }
}
