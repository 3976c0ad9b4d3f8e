using Consensus;
using Consensus.Core;
using Simulation.Cluster.Machine;
using Simulation.Cluster.Nodes;

namespace Simulation.Cluster.Checking;

/// <summary>
/// Looks at every replica after each of its steps, from outside: who leads, what is committed, and whether a majority holds
/// it durably. Leaders that are new must have all that was committed before them, and once they commit nobody else may
/// trust a lease.
/// </summary>
internal sealed class ClusterChecks(ClusterServices services)
{
    private readonly Dictionary<(GroupId, ReplicaId), ReplicaSlot> _slots = [];

    public MessageWatch Messages { get; } = new(services.Books, services.Counts);

    public void Enlist(ReplicaSlot slot) => _slots.Add((slot.Group, slot.Replica), slot);

    public ReplicaSlot? Find(GroupId group, ReplicaId replica) => _slots.GetValueOrDefault((group, replica));

    public void LookAt(NodeProcess process, int worker)
    {
        foreach (ReplicaSlot slot in process.Node.Slots)
        {
            if (slot.Group.Value % (ulong)process.Workers.Length != (ulong)worker)
            {
                continue;
            }

            slot.Look();
            if (slot.Handle?.Status is { } status && !ReferenceEquals(status, slot.Status))
            {
                Look(slot, status);
                slot.Status = status;
                slot.MostApplied = Math.Max(slot.MostApplied, status.AppliedIndex);
            }
        }
    }

    public void NoteApplied(KvMachine machine, Entry entry, KvCommand? command, bool isNew)
    {
        services.Counts.Note(ClusterEvent.EntriesApplied);
        bool isFirst = services.Books[new GroupId(machine.Group)].NoteApplied(machine, entry, command, isNew);
        if (isFirst && command is not null && !isNew)
        {
            services.Counts.Note(ClusterEvent.DuplicatesDropped);
        }
    }

    private void Look(ReplicaSlot slot, GroupStatus status)
    {
        GroupBook book = services.Books[slot.Group];
        bool leads = status.Role == RaftRole.Leader;
        if (leads && book.NoteLeader(status.Term, slot.Replica))
        {
            NoteElection(slot, status, book);
        }

        long seen = slot.Status?.CommitIndex ?? 0;
        for (long index = Math.Max(seen, slot.Core.Mark.Index) + 1; index <= status.CommitIndex; index++)
        {
            book.Require(slot.Core.TryGetTerm(index, out long term), $"has {slot.Replica} commit entry {index}, which is not in its log");
            if (book.NoteCommitted(index, term, status.Term, slot.Replica))
            {
                services.Counts.Note(ClusterEvent.EntriesCommitted);
                RequireQuorum(slot, status, index, term, book);
                RequireNoOtherLease(slot, status, book);
            }
        }

        CountChanges(slot.Status, status);
    }

    private void NoteElection(ReplicaSlot slot, GroupStatus status, GroupBook book)
    {
        services.Counts.Note(ClusterEvent.Elections);
        (long index, long term) = book.LastCommittedBefore(status.Term);
        bool has = index <= slot.Core.Mark.Index || (slot.Core.TryGetTerm(index, out long own) && own == term);
        book.Require(has, $"has a leader of term {status.Term}, {slot.Replica}, without entry {index} of term {term}, which was committed before");
        if (services.Trace.IsOn)
        {
            services.Trace.Write(services.Agenda.NowNs, $"{slot.Group} is led by {slot.Replica} on {slot.Node.Id} in term {status.Term}");
        }
    }

    /// <summary>The members of before the step count as well: within it, they may have committed first and then changed.</summary>
    private void RequireQuorum(ReplicaSlot slot, GroupStatus status, long index, long term, GroupBook book)
    {
        bool holds = IsHeldByQuorum(status.Members, slot.Group, index, term)
            || (slot.Status is { } before && IsHeldByQuorum(before.Members, slot.Group, index, term));
        book.Require(holds, $"has {slot.Replica} commit entry {index} of term {term} in term {status.Term}, and no majority of {status.Members} holds it durably");
    }

    private bool IsHeldByQuorum(Configuration members, GroupId group, long index, long term) =>
        IsHeldByMajority(members.Voters, group, index, term) && (!members.IsJoint || IsHeldByMajority(members.Outgoing, group, index, term));

    private bool IsHeldByMajority(ReadOnlySpan<Member> voters, GroupId group, long index, long term)
    {
        int holders = 0;
        foreach (Member voter in voters)
        {
            holders += services.Nodes[(int)voter.Node.Value - 1].Durable.TermAt(group, index) == term ? 1 : 0;
        }

        return holders > voters.Length / 2;
    }

    /// <summary>Whoever still trusts a lease of an older term would answer reads without what has just been committed.</summary>
    private void RequireNoOtherLease(ReplicaSlot slot, GroupStatus status, GroupBook book)
    {
        foreach (ReplicaSlot other in services.SlotsOf(slot.Group))
        {
            if (other == slot || other.Status is not { Role: RaftRole.Leader } old || old.Term >= status.Term || other.Node.Process!.IsPaused)
            {
                continue;
            }

            bool trusts = other.Core.ConfirmLeaseRead(old.Term, other.Node.Clock.At(services.Agenda.NowNs));
            book.Require(!trusts, $"has {slot.Replica} commit in term {status.Term}, and {other.Replica} still trusts its lease of term {old.Term}");
        }
    }

    private void CountChanges(GroupStatus? before, GroupStatus status)
    {
        bool slept = before?.IsAsleep ?? false;
        if (slept != status.IsAsleep)
        {
            services.Counts.Note(status.IsAsleep ? ClusterEvent.GroupsSlept : ClusterEvent.GroupsWoke);
        }

        if (before?.Role == RaftRole.Leader && status.Role != RaftRole.Leader)
        {
            services.Counts.Note(ClusterEvent.LeadersReplaced);
        }

        if (status.Members.IsJoint && before?.Members.IsJoint == false)
        {
            services.Counts.Note(ClusterEvent.JointConfigurations);
        }
    }
}
