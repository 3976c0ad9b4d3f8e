namespace Consensus.Log;

/// <summary>
/// Gets the oldest segment free: copies what lives in it to the head of the log and then releases it. The copies are
/// records like any other, flagged so that they take nothing away from what lies after the originals. They are right
/// because the writer knows each group as of the head: what it copies is so there and then.
///
/// A step writes about as many bytes as it is allowed; nothing is released before the copies are durable.
/// </summary>
internal sealed class LogRewriter(SegmentSet segments, BatchWriter batches, RecordWriter records, LogOptions options, List<GroupState> groups)
{
    private readonly List<Move> _moves = [];
    private int _nextGroup;

    /// <summary>True when there is more to do at once.</summary>
    public bool Step(int budgetBytes)
    {
        if (segments.Count == 1)
        {
            return false;
        }

        if (segments.Oldest.LiveRecords > 0)
        {
            if (!IsWorthRewriting())
            {
                return false;
            }

            Rewrite(segments.Oldest, budgetBytes);
        }

        if (segments.Oldest.LiveRecords > 0)
        {
            return true;
        }

        // An owner may still read what it has not been told is gone, or what it is reading right now.
        return !segments.Oldest.IsReferenced && Release();
    }

    private bool IsWorthRewriting()
    {
        LogSegment oldest = segments.Oldest;
        if (segments.IsFull)
        {
            return oldest.LiveBytes * 2 < Math.Min(oldest.SizeBytes, segments.Head.RoomBytes);
        }

        return segments.Count > options.RewriteAfterSegments
            && (oldest.LiveBytes * 100 < (long)oldest.SizeBytes * options.RewriteBelowPercent
                || segments.KeptBytes * 100 > segments.LiveBytes * options.MaxSpacePercent);
    }

    private bool Release()
    {
        segments.OldestLive = segments.Oldest.Id + 1;
        batches.FlushHeader();
        segments.ReleaseOldest();
        _nextGroup = 0;
        return true;
    }

    /// <summary>Goes round the groups from where the last step ended; whoever was missed is met in the next round.</summary>
    private void Rewrite(LogSegment oldest, int budgetBytes)
    {
        int copied = 0;
        for (int met = 0; met < groups.Count && copied < budgetBytes; met++)
        {
            _nextGroup = _nextGroup < groups.Count ? _nextGroup : 0;
            copied += Copy(groups[_nextGroup], oldest, budgetBytes - copied, out bool isDone);
            _nextGroup += isDone ? 1 : 0;
        }

        if (_moves.Count == 0)
        {
            throw new InvalidOperationException($"{oldest.Name} counts {oldest.LiveRecords} live records, and no group has any there.");
        }

        batches.Flush();
        foreach (Move move in _moves)
        {
            Settle(move, oldest);
        }

        _moves.Clear();
    }

    private int Copy(GroupState group, LogSegment oldest, int budgetBytes, out bool isDone)
    {
        int copied = 0;
        if (group.HardStateIn == oldest)
        {
            LogSegment to = records.EncodeHardState(group.Id, group.HardState, RecordFlags.Rewritten);
            _moves.Add(new Move(group, RecordKind.HardState, to, default, default));
            copied += LogRecord.HardStateSize;
        }

        if (group.MarkIn == oldest)
        {
            LogSegment to = records.EncodeMark(group.Id, group.Mark, RecordFlags.Rewritten);
            _moves.Add(new Move(group, RecordKind.SnapshotMark, to, default, default));
            copied += GroupState.MarkBytes(group.Mark);
        }

        for (int i = 0; i < group.Runs.Count; i++)
        {
            EntryRun run = group.Runs[i];
            if (run.Segment != oldest)
            {
                continue;
            }

            if (copied >= budgetBytes)
            {
                isDone = false;
                return copied;
            }

            EntryRun copy = records.CopyEntries(group, run);
            _moves.Add(new Move(group, RecordKind.Entries, copy.Segment, run, copy));
            copied += copy.Length;
        }

        isDone = true;
        return copied;
    }

    /// <summary>The copy is durable: whoever held the original holds the copy.</summary>
    private static void Settle(in Move move, LogSegment oldest)
    {
        GroupState group = move.Group;
        switch (move.Kind)
        {
            case RecordKind.HardState:
                group.SetHardState(group.HardState, move.To);
                break;
            case RecordKind.SnapshotMark:
                group.SetMark(group.Mark, dropsAll: false, move.To);
                break;
            default:
                if (!group.Runs.TryMove(move.From, move.Copy))
                {
                    throw new InvalidOperationException($"Entries of {group.Id} changed while they were moved out of {oldest.Name}.");
                }

                group.Owner!.OnMoved(move.From, move.Copy);
                break;
        }
    }

    private readonly record struct Move(GroupState Group, RecordKind Kind, LogSegment To, EntryRun From, EntryRun Copy);
}
