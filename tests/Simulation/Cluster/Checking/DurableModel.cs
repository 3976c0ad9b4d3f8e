using Consensus;
using Consensus.Log;
using Simulation.Harness;

namespace Simulation.Cluster.Checking;

/// <summary>
/// What a node's log must hold, whatever happens to it: everything whose write has returned. Of writes that did not return
/// any part may be there as well. When the log is opened again, it is held against this.
/// </summary>
internal sealed class DurableModel(NodeId node, GroupBooks books)
{
    private readonly SortedDictionary<ulong, Held> _groups = [];
    private readonly List<GroupWrite> _attempts = [];

    /// <summary>The term of an entry that is durable here; zero where there is none.</summary>
    public long TermAt(GroupId group, long index) =>
        _groups.TryGetValue(group.Value, out Held? held) && index >= 1 && index <= held.Terms.Count ? held.Terms[(int)index - 1] : 0;

    /// <summary>A batch is on its way to the disk.</summary>
    public void NoteAttempt(LogBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            _attempts.Add(batch[i]);
        }
    }

    /// <summary>The writes under way have returned.</summary>
    public void NoteDone()
    {
        foreach (GroupWrite write in _attempts)
        {
            Take(write);
        }

        _attempts.Clear();
    }

    /// <summary>Holds a log that was just opened against what must be in it.</summary>
    public void Verify(NodeLog log)
    {
        foreach (ulong group in _attempts.Select(write => write.Group.Value).Where(group => !_groups.ContainsKey(group)).Distinct().ToArray())
        {
            _groups.Add(group, new Held());
        }

        foreach ((ulong group, Held held) in _groups)
        {
            Verify(log.OpenGroup(new GroupId(group)), held);
        }

        _attempts.Clear();
    }

    private void Take(GroupWrite write)
    {
        if (!_groups.TryGetValue(write.Group.Value, out Held? held))
        {
            _groups.Add(write.Group.Value, held = new Held());
        }

        held.State = write.HardState ?? held.State;
        if (write.AreEntriesRefused || write.Entries.Count == 0)
        {
            return;
        }

        held.CutFrom(write.Entries[0].Index);
        GroupBook book = books[write.Group];
        foreach (Entry entry in write.Entries)
        {
            book.NoteWritten(entry, held.LastTerm);
            held.Terms.Add(entry.Term);
        }
    }

    private void Verify(GroupLog log, Held held)
    {
        GroupWrite[] attempts = [.. _attempts.Where(write => write.Group == log.Group)];
        bool isStateKnown = IsSame(log.HardState, held.State) || attempts.Any(write => write.HardState is { } state && IsSame(log.HardState, state));
        Require(isStateKnown, log, $"has {log.HardState}, and {held.State} was written");

        long untouched = attempts.Where(write => write.Entries.Count > 0).Select(write => write.Entries[0].Index - 1).Append(held.Terms.Count).Min();
        Require(log.LastIndex >= untouched, log, $"ends at {log.LastIndex}, and {untouched} entries were durable");
        Require(attempts.Length > 0 || log.LastIndex == held.Terms.Count, log, $"ends at {log.LastIndex}, and {held.Terms.Count} entries were written");
        for (long index = log.Snapshot.Index + 1; index <= untouched; index++)
        {
            long term = log.TryGetTerm(index, out long found) ? found : 0;
            Require(term == held.Terms[(int)index - 1], log, $"has term {term} at {index}, and {held.Terms[(int)index - 1]} was written");
        }

        // Whatever else came through counts from here on: opening has made it durable.
        held.State = log.HardState;
        held.CutFrom(Math.Max(untouched, log.Snapshot.Index) + 1);
        for (long index = held.Terms.Count + 1; index <= log.LastIndex; index++)
        {
            _ = log.TryGetTerm(index, out long term);
            held.Terms.Add(term);
        }
    }

    private static bool IsSame(in HardState one, in HardState other) => one.Term == other.Term && one.VotedFor == other.VotedFor;

    private void Require(bool holds, GroupLog log, FormattableString what)
    {
        if (!holds)
        {
            throw new SimulationFailedException(FormattableString.Invariant($"The log of {log.Group} on {node} was opened, and ") + FormattableString.Invariant(what) + ".");
        }
    }

    private sealed class Held
    {
        public HardState State { get; set; }

        public List<long> Terms { get; } = [];

        public long LastTerm => Terms.Count == 0 ? 0 : Terms[^1];

        public void CutFrom(long index)
        {
            if (index <= Terms.Count)
            {
                Terms.RemoveRange((int)index - 1, Terms.Count - (int)index + 1);
            }
        }
    }
}
