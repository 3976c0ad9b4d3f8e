using Consensus.Core;

namespace Consensus.Tests.Core.Cluster;

/// <summary>Crashes, partitions, pauses, clock jumps; and what operators do: transfers, changes of members, snapshots.</summary>
internal sealed class SimFaults(SimCluster cluster)
{
    private const long Ms = 1_000_000;
    private const int MaxNodes = 9;

    private long _endNs;
    private long _nextChange;
    private SimNode? _toppled;

    public void Begin(long endNs)
    {
        _endNs = endNs;
        cluster.After(cluster.Random.Below(cluster.Plan.FaultEveryNs), Tick);
    }

    public void HealAll()
    {
        cluster.Network.BeKind();
        foreach (var node in cluster.Nodes)
        {
            node.PausedUntilNs = 0;
            if (!node.IsUp)
            {
                node.Start();
            }
        }
    }

    /// <summary>Somebody has become leader: where leaders are toppled, few hear of it, and not for long.</summary>
    public void Topple(SimNode leader)
    {
        if (cluster.Plan.Weather != SimWeather.Toppling || cluster.NowNs >= _endNs)
        {
            return;
        }

        cluster.Network.Heal();
        if (_toppled is { } before && before != leader && cluster.Random.Below(2) == 0)
        {
            cluster.Network.Isolate(before.Id);
        }

        bool partly = cluster.Random.Below(2) == 0;
        foreach (var other in cluster.Nodes)
        {
            if (partly && cluster.Random.Below(2) == 0)
            {
                cluster.Network.Cut(leader.Id, other.Id);
            }
        }

        _toppled = leader;
        cluster.After(cluster.Random.Below(4 * (cluster.Plan.DelayNs + cluster.Plan.DiskNs)), () => Hide(leader));
    }

    private void Hide(SimNode leader)
    {
        if (cluster.NowNs < _endNs)
        {
            cluster.Network.Isolate(leader.Id);
        }
    }

    /// <summary>
    /// Half of the followers do not hear the leader until their promises have ended, and lack nothing, since nothing
    /// happens. Then the leader is hidden from all, and one of the others, which has just promised, is restarted.
    /// </summary>
    private void Overshadow(SimNode leader)
    {
        const long SettleNs = 60 * Ms;
        var others = cluster.Nodes.Where(n => n != leader && n.IsUp).OrderBy(_ => cluster.Random.Next()).ToList();
        long endNs = SettleNs + (350 * Ms) + cluster.Random.Below(100 * Ms);
        cluster.Workload.ProposeAgainAtNs = cluster.NowNs + endNs;
        cluster.After(SettleNs, () =>
        {
            foreach (var shadow in others.Take(others.Count / 2))
            {
                cluster.Network.Cut(leader.Id, shadow.Id);
                cluster.Network.Cut(shadow.Id, leader.Id);
            }
        });
        cluster.After(endNs, () =>
        {
            if (cluster.NowNs < _endNs && others[^1].IsUp)
            {
                cluster.Network.Isolate(leader.Id);
                others[^1].Crash();
                others[^1].Start();
            }
        });
    }

    private void HandOver(SimNode leader)
    {
        var heir = cluster.Nodes[(int)cluster.Random.Below(cluster.Nodes.Count)];
        cluster.After(leader.Id, 0, () => leader.Raft!.TransferLeadership(heir.Id, leader.LocalNs), leader.Life);
        cluster.After(cluster.Random.Below(4 * (cluster.Plan.DelayNs + cluster.Plan.DiskNs)), () => Hide(leader));
    }

    private void Tick()
    {
        if (cluster.NowNs >= _endNs)
        {
            return;
        }

        var node = cluster.Nodes[(int)cluster.Random.Below(cluster.Nodes.Count)];
        var leader = cluster.Nodes.FirstOrDefault(n => n.Leads) ?? node;
        switch (cluster.Plan.Weather)
        {
            case SimWeather.Overshadowing when leader.Leads:
                cluster.Network.Heal();
                Overshadow(leader);
                break;
            case SimWeather.HandingOver when leader.Leads:
                cluster.Network.Heal();
                HandOver(leader);
                break;
            case SimWeather.Changing when leader.Leads && cluster.Random.Below(2) == 0:
                cluster.After(leader.Id, 0, () => ChangeMembers(leader), leader.Life);
                break;
            default:
                Happen(cluster.Random.Below(2) == 0 ? leader : node, leader);
                break;
        }

        cluster.After((cluster.Plan.FaultEveryNs / 4) + cluster.Random.Below(cluster.Plan.FaultEveryNs), Tick);
    }

    private void Happen(SimNode node, SimNode leader)
    {
        switch (cluster.Random.Below(12))
        {
            case 0 or 1 when cluster.Plan.Crashes:
                Crash(node);
                break;
            case 2:
                cluster.Network.Isolate(node.Id);
                break;
            case 3:
                Split();
                break;
            case 4:
                cluster.Network.Cut(node.Id, cluster.Nodes[(int)cluster.Random.Below(cluster.Nodes.Count)].Id);
                break;
            case 5 or 6:
                cluster.Network.Heal();
                break;
            case 7:
                node.PausedUntilNs = cluster.NowNs + cluster.Random.Below(800 * Ms);
                break;
            case 8 when cluster.Plan.JumpsClocks:
                cluster.After(node.Id, 0, () => JumpClock(node), node.Life);
                break;
            case 9 when cluster.Plan.Transfers && leader.Leads:
                cluster.After(leader.Id, 0, () => leader.Raft!.TransferLeadership(node.Id, leader.LocalNs), leader.Life);
                break;
            case 10 when cluster.Plan.ChangesMembers && leader.Leads:
                cluster.After(leader.Id, 0, () => ChangeMembers(leader), leader.Life);
                break;
            case 11 when cluster.Plan.Compacts:
                cluster.After(node.Id, 0, () => node.TakeSnapshot(cluster.Random.Below(20)), node.Life);
                break;
            default:
                cluster.After(node.Id, 0, () => node.Raft!.HandlePeerSuspect(node.Raft.Leader, node.LocalNs), node.Life);
                break;
        }
    }

    /// <summary>
    /// The jump is seen at once. Unseen, one back by as much as a pause is long would make a clock that stood still, and
    /// what no clock shows nobody can guard against.
    /// </summary>
    private void JumpClock(SimNode node)
    {
        node.Clock.Jump(cluster.Random.Below(4_000 * Ms) - (2_000 * Ms));
        node.Raft!.HandleTime(node.LocalNs);
    }

    private void Crash(SimNode node)
    {
        if (!node.IsUp)
        {
            return;
        }

        node.Crash();
        cluster.After(1 + cluster.Random.Below(400 * Ms), () =>
        {
            if (!node.IsUp)
            {
                node.Start();
            }
        });
    }

    private void Split()
    {
        ulong side = cluster.Random.Next();
        foreach (var a in cluster.Nodes)
        {
            foreach (var b in cluster.Nodes)
            {
                if (((side >> (int)a.Id.Value) & 1) != ((side >> (int)b.Id.Value) & 1))
                {
                    cluster.Network.Cut(a.Id, b.Id);
                }
            }
        }
    }

    /// <summary>Any set of nodes, sometimes with a new one: an id is never used again.</summary>
    private void ChangeMembers(SimNode leader)
    {
        if (cluster.Nodes.Count < MaxNodes && cluster.Random.Below(2) == 0)
        {
            cluster.AddNode(SimCluster.MemberOf(cluster.Nodes.Count + 1).Replica, Configuration.Empty).Start();
        }

        List<Member> voters = [];
        List<Member> learners = [];
        foreach (var node in cluster.Nodes)
        {
            var member = SimCluster.MemberOf((int)node.Id.Value);
            switch (cluster.Random.Below(4))
            {
                case 0:
                    break;
                case 1:
                    learners.Add(member);
                    break;
                default:
                    voters.Add(member);
                    break;
            }
        }

        if (voters.Count > 0 && Configuration.TryCreate([.. voters], [.. learners], out _) is { } target)
        {
            // Negative ids: proposals that are no command.
            _ = leader.Raft!.ProposeConfiguration(target, --_nextChange, leader.LocalNs);
        }
    }
}
