namespace Consensus.Log;

/// <summary>Rebuilds the groups from the records of a log, fed in the order in which they lie.</summary>
internal sealed class LogReplay
{
    private readonly Dictionary<GroupId, GroupState> _groups = [];

    /// <summary>Takes in a batch whose checksum is right; a record in it that cannot be is damage all the same.</summary>
    public void Apply(LogSegment segment, int position, ReadOnlySpan<byte> batch)
    {
        for (int at = BatchHeader.Size; at < batch.Length;)
        {
            int offset = position + at;
            if (!LogRecord.TryParse(batch[at..], LogChecksum.RecordSeed(segment.Seed, offset), out LogRecord record)
                || !TryApply(segment, offset, record))
            {
                throw new LogCorruptException(segment.Name, offset, "a record makes no sense in a batch whose checksum is right");
            }

            at += record.Length;
        }
    }

    /// <summary>The groups by ascending id, each with a log that has no gap.</summary>
    public List<GroupState> Finish()
    {
        List<GroupState> groups = [.. _groups.Values.OrderBy(group => group.Id.Value)];
        foreach (GroupState group in groups)
        {
            RequireWhole(group);
        }

        return groups;
    }

    private static void RequireWhole(GroupState group)
    {
        long expected = group.Mark.Index + 1;
        long term = group.Mark.Term;
        for (int i = 0; i < group.Runs.Count; i++)
        {
            EntryRun run = group.Runs[i];
            if (run.FirstIndex != expected || run.Term < term)
            {
                throw new LogCorruptException(run.Segment.Name, run.Offset, $"the log of {group.Id} goes on at entry {run.FirstIndex} of term {run.Term} where {expected} was due");
            }

            expected = run.LastIndex + 1;
            term = run.Term;
        }
    }

    private bool TryApply(LogSegment segment, int offset, in LogRecord record)
    {
        if (record.Kind == RecordKind.Removed)
        {
            if (_groups.Remove(record.Group, out GroupState? removed))
            {
                removed.Remove();
            }

            return true;
        }

        if (!_groups.TryGetValue(record.Group, out GroupState? group))
        {
            group = new GroupState(record.Group);
            _groups.Add(record.Group, group);
        }

        switch (record.Kind)
        {
            case RecordKind.HardState:
                group.SetHardState(record.HardState, segment);
                return true;
            case RecordKind.SnapshotMark:
                var mark = new SnapshotMark(record.FirstIndex, record.Term, record.Configuration.ToArray());
                group.SetMark(mark, (record.Flags & RecordFlags.DropsAll) != 0, segment);
                return true;
            default:
                var run = new EntryRun(
                    segment, offset, record.Length, record.FirstIndex, record.Count, record.Term, record.Length, EntryRun.NotCached);
                return TryTakeIn(group, run, (record.Flags & RecordFlags.Rewritten) != 0);
        }
    }

    private static bool TryTakeIn(GroupState group, in EntryRun run, bool isRewritten)
    {
        if (isRewritten)
        {
            return group.TryPlace(run);
        }

        group.Append(run);
        return true;
    }
}
