using Consensus;
using Simulation.Cluster.Machine;
using Simulation.Harness;

namespace Simulation.Cluster.Checking;

/// <summary>
/// All that is known of a group from outside, and what must never change about it: one leader a term, one vote a voter and
/// term, one entry a place and term, one committed entry a place, one state after it.
/// </summary>
internal sealed class GroupBook(GroupId group, Func<string> when)
{
    private readonly Dictionary<long, ReplicaId> _leaders = [];
    private readonly Dictionary<(ReplicaId Voter, long Term), ReplicaId> _votes = [];
    private readonly Dictionary<(long Index, long Term), (long PreviousTerm, ulong Hash)> _written = [];
    private readonly List<(long Term, long InTerm)> _committed = [];
    private readonly List<AppliedEntry> _applied = [];

    public GroupId Group => group;

    public long CommittedIndex => _committed.Count;

    /// <summary>The highest entry whose proposer has been told that it is applied.</summary>
    public long AcknowledgedIndex { get; private set; }

    /// <summary>A write that began after the last fault has been acknowledged.</summary>
    public bool HasProgressed { get; set; }

    public IReadOnlyList<AppliedEntry> Applied => _applied;

    public IReadOnlyDictionary<long, ReplicaId> Leaders => _leaders;

    /// <summary>True when the term had no leader before.</summary>
    public bool NoteLeader(long term, ReplicaId leader)
    {
        if (_leaders.TryAdd(term, leader))
        {
            return true;
        }

        Require(_leaders[term] == leader, $"has two leaders in term {term}, {_leaders[term]} and {leader}");
        return false;
    }

    public void NoteVote(ReplicaId voter, long term, ReplicaId candidate)
    {
        ReplicaId first = _votes.TryAdd((voter, term), candidate) ? candidate : _votes[(voter, term)];
        Require(first == candidate, $"has a voter, {voter}, that voted for {first} and {candidate} in term {term}");
    }

    /// <summary>An entry is durable somewhere, behind one of a term.</summary>
    public void NoteWritten(in Entry entry, long previousTerm)
    {
        var content = (previousTerm, HashOf(entry));
        if (!_written.TryAdd((entry.Index, entry.Term), content))
        {
            Require(_written[(entry.Index, entry.Term)] == content, $"has two logs that agree on entry {entry.Index} of term {entry.Term} and not on what it is or follows");
        }
    }

    /// <summary>The last entry that somebody committed in an earlier term.</summary>
    public (long Index, long Term) LastCommittedBefore(long term)
    {
        int at = _committed.Count - 1;
        while (at >= 0 && _committed[at].InTerm >= term)
        {
            at--;
        }

        return at < 0 ? (0, 0) : (at + 1, _committed[at].Term);
    }

    /// <summary>A replica in some term counts an entry as committed; true when it is the first to.</summary>
    public bool NoteCommitted(long index, long term, long inTerm, ReplicaId by)
    {
        if (index == _committed.Count + 1)
        {
            _committed.Add((term, inTerm));
            return true;
        }

        Require(index <= _committed.Count, $"has {by} commit entry {index} with {_committed.Count} known");
        long known = _committed[(int)index - 1].Term;
        Require(known == term, $"has {by} commit entry {index} of term {term}, which was committed as one of term {known}");
        return false;
    }

    /// <summary>True when nobody has applied the entry before.</summary>
    public bool NoteApplied(KvMachine machine, in Entry entry, in KvCommand? command, bool isNew)
    {
        Require(entry.Index <= _committed.Count, $"applies entry {entry.Index}, and {_committed.Count} are committed");
        long term = _committed[(int)entry.Index - 1].Term;
        Require(term == entry.Term, $"applies entry {entry.Index} of term {entry.Term}, which was committed as one of term {term}");
        var applied = new AppliedEntry(HashOf(entry), machine.Hash, command, isNew);
        if (entry.Index == _applied.Count + 1)
        {
            _applied.Add(applied);
            return true;
        }

        Require(entry.Index <= _applied.Count, $"applies entry {entry.Index} after {_applied.Count}");
        AppliedEntry first = _applied[(int)entry.Index - 1];
        Require(first.Hash == applied.Hash, $"applies two different entries at {entry.Index}");
        Require(first.State == applied.State, $"has two states after entry {entry.Index}");
        return false;
    }

    public void NoteAcknowledged(long index, in KvCommand command)
    {
        Require(index >= 1 && index <= _applied.Count, $"acknowledges entry {index}, and {_applied.Count} were ever applied");
        KvCommand? there = _applied[(int)index - 1].Command;
        Require(there == command, $"acknowledges {command} at {index}, where {there} is");
        AcknowledgedIndex = Math.Max(AcknowledgedIndex, index);
    }

    public void Require(bool holds, FormattableString what)
    {
        if (!holds)
        {
            throw new SimulationFailedException($"{group} {FormattableString.Invariant(what)} ({when()}).");
        }
    }

    private static ulong HashOf(in Entry entry)
    {
        var hash = default(TraceHash);
        hash.Add((ulong)entry.Kind);
        hash.Add(entry.Data.Span);
        return hash.Value;
    }
}
