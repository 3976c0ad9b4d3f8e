using Consensus.Core;

namespace Consensus.Host;

/// <summary>
/// Who lives, node by node and not group by group. A worker that falls silent, or whose process is another one, wakes the
/// groups here that slept in trust of it; one that is back wakes those that went to sleep without it.
/// </summary>
internal sealed partial class Worker
{
    /// <summary>From here on the nodes of its members are watched.</summary>
    private void NoteMembers(HostedGroup group)
    {
        foreach (Member member in group.Replica!.Configuration.Members)
        {
            if (member.Node != _node)
            {
                _nodes.Add(member.Node, _nowNs);
            }
        }
    }

    private void HandleHead(NodeId from, in BatchHead head, long nowNs)
    {
        if (_nodes.Find(from) is not { } node)
        {
            return;
        }

        if (node.Hear(head, nowNs))
        {
            // Whatever the old process knew of its sleepers is gone with it.
            for (int worker = 0; worker < node.Workers.Count; worker++)
            {
                TellGroups(node, worker, isAlive: false, nowNs);
            }
        }

        PeerWorker heard = node.Workers[head.Worker];
        if ((heard.IsSuspect || heard.IsAwaited) && nowNs - heard.HeardAtNs < _options.SilenceNs && head.Turn == heard.Turn)
        {
            heard.IsSuspect = false;
            heard.IsAwaited = false;
            TellGroups(node, head.Worker, isAlive: true, nowNs);
        }
    }

    /// <summary>
    /// A leader finds a member out of reach sooner than its node is suspected, and sleeps without it. Were nothing done, a
    /// node that was away for a moment only would never be missed, and the member never brought up to date.
    /// </summary>
    private void AwaitMembers(HostedGroup group)
    {
        foreach (Member member in group.Replica!.Configuration.Members)
        {
            if (_nodes.Find(member.Node) is { } node)
            {
                node.Workers[node.OwnerOf(group.Id)].IsAwaited = true;
            }
        }
    }

    /// <summary>The clock has fallen back: whatever was to happen at a time of before would now wait for it to come again.</summary>
    private void StartOverFrom(long nowNs)
    {
        _nodes.StartOverFrom(nowNs);
        foreach (HostedGroup group in _groups.Values)
        {
            group.Replica!.HandleTime(nowNs);
            Touch(group);
        }
    }

    private void WatchNodes(long nowNs)
    {
        if (!_nodes.IsDue(nowNs, out bool stoodStill))
        {
            return;
        }

        foreach (PeerNode node in _nodes.All)
        {
            _outgoing.AddBeat(node.Id, HeadOf(BatchKind.Messages));
            if (stoodStill)
            {
                // Their signs of life may be waiting to be read.
                node.Forgive(nowNs);
            }

            for (int worker = 0; worker < node.Workers.Count; worker++)
            {
                PeerWorker peer = node.Workers[worker];
                if (!peer.IsSuspect && nowNs - peer.HeardAtNs >= _options.SilenceNs)
                {
                    peer.IsSuspect = true;
                    TellGroups(node, worker, isAlive: false, nowNs);
                }
            }
        }
    }

    private void TellGroups(PeerNode node, int worker, bool isAlive, long nowNs)
    {
        foreach (HostedGroup group in _groups.Values)
        {
            if (node.OwnerOf(group.Id) != worker)
            {
                continue;
            }

            RaftReplica replica = group.Replica!;
            foreach (Member member in replica.Configuration.Members)
            {
                if (member.Node != node.Id)
                {
                    continue;
                }

                if (isAlive)
                {
                    replica.HandlePeerAlive(member.Replica, nowNs);
                }
                else
                {
                    replica.HandlePeerSuspect(member.Replica, nowNs);
                }

                Touch(group);
            }
        }
    }
}
