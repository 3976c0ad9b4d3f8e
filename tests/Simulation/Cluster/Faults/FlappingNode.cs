using Consensus.Core;
using Scp.PathModel;
using Simulation.Cluster.Checking;
using Simulation.Cluster.Nodes;
using Simulation.Harness;
using Simulation.Network;

namespace Simulation.Cluster.Faults;

/// <summary>
/// When all else is well, one node comes and goes. Groups that it does not lead must not notice: their leaders stay, in
/// their terms.
/// </summary>
internal sealed class FlappingNode
{
    private readonly ClusterServices _services;
    private readonly List<(ReplicaSlot Leader, long Term)> _mustStay = [];
    private PathRandom _random;
    private ClusterNode? _node;

    public FlappingNode(ClusterServices services, PathRandom random)
    {
        _services = services;
        _random = random;
        services.Agenda.At(services.Plan.ProgressByNs, Prepare);
    }

    /// <summary>Nothing but the flapping may disturb anybody: for it, the network loses nothing.</summary>
    private void Prepare()
    {
        foreach (SimPath path in _services.Network.Paths.All)
        {
            path.Replace(path.Base with { LossProbability = 0 }, _services.Agenda.NowNs);
        }

        _services.Agenda.In(SimTime.Second, Begin);
    }

    private void Begin()
    {
        ClusterNode[] candidates = [.. _services.Nodes.Where(node => node.IsUp)];
        ClusterNode node = candidates[_random.NextBelow(candidates.Length)];
        _node = node;
        foreach (GroupBook book in _services.Books.All)
        {
            ReplicaSlot? leader = _services.SlotsOf(book.Group).Where(slot => slot.Status?.Role == RaftRole.Leader).MaxBy(slot => slot.Status!.Term);
            if (leader is not null && leader.Node != node && KeepsQuorumWithout(leader, node))
            {
                _mustStay.Add((leader, leader.Status!.Term));
            }
        }

        Flap(node);
    }

    private bool KeepsQuorumWithout(ReplicaSlot leader, ClusterNode node)
    {
        ReadOnlySpan<Member> voters = leader.Status!.Members.Voters;
        int left = 0;
        foreach (Member voter in voters)
        {
            left += _services.Nodes[(int)voter.Node.Value - 1] is { IsUp: true } up && up != node ? 1 : 0;
        }

        return left > voters.Length / 2 && !leader.Status.Members.IsJoint;
    }

    private void Flap(ClusterNode node)
    {
        if (_services.Agenda.NowNs >= _services.Plan.FlapsUntilNs - SimTime.Second)
        {
            _services.Agenda.At(_services.Plan.FlapsUntilNs, Judge);
            return;
        }

        _services.Counts.NoteFault(ClusterEvent.Flaps);
        bool hears = _random.Chance(0.3);
        bool speaks = !hears && _random.Chance(0.3);
        SimPath[] paths = [.. PathsOf(node, hears, speaks)];
        foreach (SimPath path in paths)
        {
            path.CutDatagrams();
        }

        _services.Agenda.In(_random.NextBetween(300, 2_500) * SimTime.Ms, () =>
        {
            foreach (SimPath path in paths)
            {
                path.HealDatagrams();
            }

            _services.Agenda.In(_random.NextBetween(50, 800) * SimTime.Ms, () => Flap(node));
        });
    }

    private IEnumerable<SimPath> PathsOf(ClusterNode node, bool hears, bool speaks)
    {
        foreach (ClusterNode other in _services.Nodes.Where(other => other != node))
        {
            if (!speaks)
            {
                yield return _services.Network.Paths[node.Index, other.Index];
            }

            if (!hears)
            {
                yield return _services.Network.Paths[other.Index, node.Index];
            }
        }
    }

    private void Judge()
    {
        foreach ((ReplicaSlot leader, long term) in _mustStay)
        {
            GroupBook book = _services.Books[leader.Group];
            long newest = book.Leaders.Keys.Max();
            book.Require(
                newest == term && leader.Status is { Role: RaftRole.Leader } status && status.Term == term,
                $"lost its leader {leader.Replica} of term {term}, for {leader.Status?.Term} or {newest}, because {_node!.Id} came and went");
        }
    }
}
