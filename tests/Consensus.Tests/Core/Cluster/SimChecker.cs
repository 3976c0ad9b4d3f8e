using Consensus.Core;

namespace Consensus.Tests.Core.Cluster;

/// <summary>
/// What must hold whatever happens: one leader a term, one history, nothing committed without a quorum's disks, leaders
/// that have all that is committed, and messages that claim no more than is durable.
/// </summary>
internal sealed class SimChecker(SimCluster cluster)
{
    private readonly Dictionary<long, ReplicaId> _leaders = [];

    /// <summary>By index. The last number is a term by which the entry was committed: that of whoever applied it first.</summary>
    private readonly List<(long Term, ulong Hash, long ProposalId, long KnownInTerm)> _history = [(0, 0, 0, 0)];

    private readonly Dictionary<ReplicaId, long> _commits = [];

    /// <summary>The last entry of the one history, as far as anybody applied it.</summary>
    public long HistoryEnd => _history.Count - 1;

    public long ProposalAt(long index) => index < _history.Count ? _history[(int)index].ProposalId : -1;

    public ulong CheckApply(SimNode node, in Entry entry, ulong before)
    {
        long proposal = entry.Kind == EntryKind.Command ? BitConverter.ToInt64(entry.Data.Span) : 0;
        ulong hash = new RandomSource(before ^ (ulong)(entry.Term * 31) ^ ((ulong)proposal * 17) ^ (ulong)entry.Kind).Next();
        if (entry.Index == _history.Count)
        {
            _history.Add((entry.Term, hash, proposal, node.Raft!.Term));
        }

        CheckState(node.Id, entry.Index, hash);
        return hash;
    }

    public void CheckState(ReplicaId node, long index, ulong hash)
    {
        if (index >= _history.Count || _history[(int)index].Hash != hash)
        {
            throw new SafetyViolationException($"state machine equality: {node} has another state at {index} than whoever got there first");
        }
    }

    public void CheckStep(SimNode node)
    {
        foreach (var change in node.Output.RoleChanges)
        {
            if (change.Role == RaftRole.Leader)
            {
                CheckLeader(node, change.Term);
                cluster.Faults.Topple(node);
            }
        }

        foreach (var message in node.Output.Messages)
        {
            CheckMessage(node, message);
        }

        CheckCommit(node);
    }

    private void CheckLeader(SimNode node, long term)
    {
        if (!_leaders.TryAdd(term, node.Id) && _leaders[term] != node.Id)
        {
            throw new SafetyViolationException($"election safety: {node.Id} and {_leaders[term]} both lead term {term}");
        }

        for (long index = Math.Max(1, node.Raft!.Mark.Index); index <= HistoryEnd; index++)
        {
            // An election won late, in a term that others have left behind, is nobody's loss.
            bool owed = _history[(int)index].KnownInTerm < term;
            if (owed && (!node.Raft.TryGetTerm(index, out long own) || own != _history[(int)index].Term))
            {
                throw new SafetyViolationException($"leader completeness: {node.Id} leads term {term} without entry {index} of term {_history[(int)index].Term}");
            }
        }
    }

    private static void CheckMessage(SimNode node, in RaftMessage message)
    {
        bool granted = message.Kind == RaftMessageKind.VoteReply && message.Has(RaftMessageFlags.Granted);
        if (granted && (node.Disk.State.Term, node.Disk.State.VotedFor) != (message.Term, message.To))
        {
            throw new SafetyViolationException($"durability: {node.Id} votes for {message.To} in term {message.Term}, its disk says {node.Disk.State}");
        }

        bool acknowledges = message is { Kind: RaftMessageKind.AppendReply, Index: > 0 };
        if (acknowledges && (node.Disk.LastIndex < message.Index || node.Disk.State.Term < message.Term))
        {
            throw new SafetyViolationException($"durability: {node.Id} acknowledges {message.Index} in term {message.Term}, its disk has {node.Disk.LastIndex}, {node.Disk.State}");
        }
    }

    private void CheckCommit(SimNode node)
    {
        var raft = node.Raft!;
        long commit = raft.CommitIndex;
        if (raft.Role != RaftRole.Leader || commit <= _commits.GetValueOrDefault(node.Id) || !raft.TryGetTerm(commit, out long term))
        {
            return;
        }

        // What it knew to be committed before it led was committed by another configuration, perhaps.
        if (term != raft.Term)
        {
            return;
        }

        _commits[node.Id] = commit;
        if (!HasMajority(raft.Configuration.Voters, commit, term) || (raft.Configuration.IsJoint && !HasMajority(raft.Configuration.Outgoing, commit, term)))
        {
            throw new SafetyViolationException($"commit: {node.Id} has committed {commit} of term {term} in {raft.Configuration}, which no quorum holds: " + cluster.Describe());
        }
    }

    private bool HasMajority(ReadOnlySpan<Member> voters, long index, long term)
    {
        int holders = 0;
        foreach (var voter in voters)
        {
            holders += cluster.Node(voter.Replica).Disk.Holds(index, term) ? 1 : 0;
        }

        return 2 * holders > voters.Length;
    }
}
