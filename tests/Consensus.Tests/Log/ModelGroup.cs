using Consensus.Log;

namespace Consensus.Tests.Log;

/// <summary>What a group's log says, kept in the plainest way: a list.</summary>
public sealed class ModelGroup
{
    public HardState HardState { get; private set; }

    public SnapshotMark Mark { get; private set; }

    /// <summary>The entries after the mark.</summary>
    public List<Entry> Entries { get; private set; } = [];

    public long LastIndex => Mark.Index + Entries.Count;

    public long LastTerm => TermAt(LastIndex);

    public long TermAt(long index) => index == Mark.Index ? Mark.Term : Entries[(int)(index - Mark.Index - 1)].Term;

    public ModelGroup Copy() => new() { HardState = HardState, Mark = Mark, Entries = [.. Entries] };

    public void SetHardState(in HardState hardState) =>
        HardState = hardState with { CommitIndex = Math.Min(hardState.CommitIndex, LastIndex) };

    /// <summary>The rest of a write has been written: the commit index may go where it could not before.</summary>
    public void RaiseCommit(in HardState hardState)
    {
        if (Math.Min(hardState.CommitIndex, LastIndex) > HardState.CommitIndex)
        {
            SetHardState(hardState);
        }
    }

    public void SetMark(in SnapshotMark mark)
    {
        bool keeps = mark.Index <= LastIndex && TermAt(mark.Index) == mark.Term;
        Entries = keeps ? Entries[(int)(mark.Index - Mark.Index)..] : [];
        Mark = mark;
    }

    public void Append(in Entry entry)
    {
        Entries = Entries[..(int)(entry.Index - Mark.Index - 1)];
        Entries.Add(entry);
    }

    /// <summary>Null when a group's log says the same, else what differs.</summary>
    public string? Difference(GroupLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (log.HardState != HardState)
        {
            return $"{log.Group} has {log.HardState}, not {HardState}";
        }

        SnapshotMark mark = log.Snapshot;
        if (mark.Index != Mark.Index || mark.Term != Mark.Term || !mark.Configuration.Span.SequenceEqual(Mark.Configuration.Span))
        {
            return $"{log.Group} has mark {mark}, not {Mark}";
        }

        return log.LastIndex == LastIndex ? DifferenceOfEntries(log) : $"{log.Group} ends at {log.LastIndex}, not at {LastIndex}";
    }

    private string? DifferenceOfEntries(GroupLog log)
    {
        var read = new List<Entry>();
        if (Entries.Count > 0)
        {
            log.Read(Mark.Index + 1, LastIndex + 1, int.MaxValue, read);
        }

        for (int i = 0; i < Entries.Count; i++)
        {
            Entry expected = Entries[i];
            if (i >= read.Count || !AreSame(read[i], expected))
            {
                return $"{log.Group} has another entry {expected.Index} than was written";
            }

            if (!log.TryGetTerm(expected.Index, out long term) || term != expected.Term)
            {
                return $"{log.Group} has term {term} at {expected.Index}, not {expected.Term}";
            }
        }

        return read.Count == Entries.Count ? null : $"{log.Group} has {read.Count} entries, not {Entries.Count}";
    }

    private static bool AreSame(in Entry a, in Entry b) =>
        a.Index == b.Index && a.Term == b.Term && a.Kind == b.Kind && a.Data.Span.SequenceEqual(b.Data.Span);
}
