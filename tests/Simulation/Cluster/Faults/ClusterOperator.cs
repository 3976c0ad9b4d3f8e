using Consensus;
using Consensus.Core;
using Scp.PathModel;
using Simulation.Cluster.Calls;
using Simulation.Cluster.Nodes;
using Simulation.Harness;

namespace Simulation.Cluster.Faults;

/// <summary>
/// Somebody who hands leadership about and moves replicas while everything else goes wrong. Groups keep three voters at
/// least, so that one node which is out for good stops nobody.
/// </summary>
internal sealed class ClusterOperator
{
    private const int LeastVoters = 3;
    private const int MostMembers = 7;

    private readonly ClusterServices _services;
    private PathRandom _random;
    private ulong _lastReplica = 100;

    public ClusterOperator(ClusterServices services, PathRandom random)
    {
        _services = services;
        _random = random;
        services.Agenda.At(services.Plan.FaultsFromNs, Act);
    }

    private void Act()
    {
        if (_services.Agenda.NowNs >= _services.Plan.HealAtNs)
        {
            return;
        }

        _services.Agenda.In(_random.NextBetween(200 * SimTime.Ms, 2_500 * SimTime.Ms), Act);
        var group = new GroupId((ulong)_random.NextBetween(1, _services.Plan.Groups));
        if (LeaderOf(group) is not { } leader)
        {
            return;
        }

        if (_services.Plan.Compacts || _random.Chance(0.35))
        {
            Transfer(leader);
        }
        else if (!leader.Status!.Members.IsJoint)
        {
            Change(leader);
        }
    }

    private ReplicaSlot? LeaderOf(GroupId group) => _services.SlotsOf(group)
        .Where(slot => slot.Status?.Role == RaftRole.Leader && slot.Node.Process is { IsPaused: false })
        .MaxBy(slot => slot.Status!.Term);

    private void Transfer(ReplicaSlot leader)
    {
        ReadOnlySpan<Member> voters = leader.Status!.Members.Voters;
        if (voters.IsEmpty)
        {
            return;
        }

        ReplicaId to = voters[(int)_random.NextBelow(voters.Length)].Replica;
        Trace(leader, $"hands over to {to}");
        leader.Node.Process!.Follow(new ChangeCall<TransferStatus>(
            leader.Handle!.TransferLeadershipAsync(to).AsTask(),
            status => _services.Counts.Note(ClusterEvent.Transfers, status == TransferStatus.Started ? 1 : 0)));
    }

    private void Change(ReplicaSlot leader)
    {
        List<Member> voters = [.. leader.Status!.Members.Voters];
        List<Member> learners = [.. leader.Status.Members.Learners];
        ClusterEvent kind = Draw(leader.Group, voters, learners);
        if (Configuration.TryCreate([.. voters], [.. learners], out _) is not { } target)
        {
            return;
        }

        Trace(leader, $"changes {leader.Status.Members} to {target}");
        leader.Node.Process!.Follow(new ChangeCall<ProposalResult>(
            leader.Handle!.ChangeMembersAsync(target).AsTask(),
            result => _services.Counts.Note(kind, result.IsApplied ? 1 : 0)));
    }

    /// <summary>Edits the lists into what the group is to become.</summary>
    private ClusterEvent Draw(GroupId group, List<Member> voters, List<Member> learners)
    {
        if (learners.Count > 0 && _random.Chance(0.6))
        {
            Member promoted = Take(learners);
            if (_random.Chance(0.6) || voters.Count + 1 > MostMembers)
            {
                Member going = voters.Find(voter => _services.Nodes[(int)voter.Node.Value - 1].IsOut);
                _ = going == default ? Take(voters) : Take(voters, going);
            }

            voters.Add(promoted);
            return ClusterEvent.VotersChanged;
        }

        if (voters.Count > LeastVoters && _random.Chance(0.5))
        {
            Member going = Take(voters);
            if (_random.Chance(0.5))
            {
                learners.Add(going);
            }

            return ClusterEvent.VotersChanged;
        }

        if (voters.Count + learners.Count < MostMembers && FreeNode(group) is { } node)
        {
            var replica = new ReplicaId(++_lastReplica);
            _ = node.AddReplica(group, replica, Configuration.Empty);
            if (!node.IsInUse)
            {
                _services.Counts.Note(ClusterEvent.SparesStarted);
                node.Start();
            }

            learners.Add(new Member(replica, node.Id));
        }

        return ClusterEvent.LearnersAdded;
    }

    private ClusterNode? FreeNode(GroupId group)
    {
        ClusterNode[] free = [.. _services.Nodes.Where(node => !node.IsOut && !node.Slots.Exists(slot => slot.Group == group))];
        return free.Length == 0 ? null : free[_random.NextBelow(free.Length)];
    }

    private Member Take(List<Member> members) => Take(members, members[(int)_random.NextBelow(members.Count)]);

    private static Member Take(List<Member> members, Member member)
    {
        _ = members.Remove(member);
        return member;
    }

    private void Trace(ReplicaSlot leader, FormattableString what)
    {
        if (_services.Trace.IsOn)
        {
            _services.Trace.Write(_services.Agenda.NowNs, $"operator: {leader.Group}, led by {leader.Replica}, {FormattableString.Invariant(what)}");
        }
    }
}
