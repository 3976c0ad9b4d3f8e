namespace Consensus.Log;

/// <summary>
/// A group as the writer has written it, down to the last record, told to its owner or not. Only the writer's thread
/// touches it. What it says is so at the head of the log, which is what makes it right to write it there once more.
/// </summary>
internal sealed class GroupState(GroupId id)
{
    /// <summary>Not among the writer's groups: nothing of it is on disk.</summary>
    public const int NoSlot = -1;

    private const int MarkBaseBytes = LogRecord.HeaderSize + LogRecord.MarkPrefix;

    public GroupId Id => id;

    public WrittenRuns Runs { get; } = new();

    public HardState HardState { get; private set; }

    public LogSegment? HardStateIn { get; private set; }

    public SnapshotMark Mark { get; private set; }

    public LogSegment? MarkIn { get; private set; }

    public long LastIndex => Runs.IsEmpty ? Mark.Index : Runs.LastIndex;

    /// <summary>Who is told when something moves.</summary>
    public GroupLog? Owner { get; set; }

    /// <summary>Its place in the writer's list.</summary>
    public int Slot { get; set; } = NoSlot;

    /// <summary>How often entries of it were refused for want of space.</summary>
    public int Refusals { get; set; }

    public static int MarkBytes(in SnapshotMark mark) => MarkBaseBytes + mark.Configuration.Length;

    public bool HasTerm(long index, long term)
    {
        if (index == Mark.Index)
        {
            return Mark.Term == term;
        }

        return Runs.TryFind(index, out int at) && Runs[at].Term == term;
    }

    public void SetHardState(in HardState hardState, LogSegment segment)
    {
        HardStateIn?.RemoveLive(LogRecord.HardStateSize);
        HardState = hardState;
        HardStateIn = segment;
        segment.AddLive(LogRecord.HardStateSize);
    }

    public void SetMark(in SnapshotMark mark, bool dropsAll, LogSegment segment)
    {
        MarkIn?.RemoveLive(MarkBytes(Mark));
        Mark = mark;
        MarkIn = segment;
        segment.AddLive(MarkBytes(mark));
        if (dropsAll)
        {
            Runs.Clear();
        }
        else
        {
            Runs.DropThrough(mark.Index);
        }
    }

    /// <summary>Adds entries that replace everything from their first on.</summary>
    public void Append(in EntryRun run)
    {
        Runs.CutFrom(run.FirstIndex);
        run.Segment.AddLive(run.LiveBytes);
        Runs.Append(run);
    }

    /// <summary>Takes in entries that were moved: they lie here now, and all others stay. Only while a log is read in.</summary>
    public bool TryPlace(in EntryRun run)
    {
        run.Segment.AddLive(run.LiveBytes);
        return Runs.TryPlace(run);
    }

    /// <summary>Nothing of the group counts any more.</summary>
    public void Remove()
    {
        Runs.Clear();
        HardStateIn?.RemoveLive(LogRecord.HardStateSize);
        MarkIn?.RemoveLive(MarkBytes(Mark));
        HardStateIn = null;
        MarkIn = null;
        HardState = default;
        Mark = default;
    }
}
