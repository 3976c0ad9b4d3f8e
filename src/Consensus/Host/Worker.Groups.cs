using Consensus.Core;
using Consensus.Log;

namespace Consensus.Host;

/// <summary>Opening groups, and what other nodes say to them.</summary>
internal sealed partial class Worker
{
    private readonly Dictionary<GroupId, OpenMail> _opening = [];

    public void HandleOpen(OpenMail mail, long nowNs)
    {
        GroupSetup setup = mail.Setup;
        GroupLog log = _log.OpenGroup(setup.Group);
        bool isNew = log.Snapshot.Configuration.IsEmpty;
        if (_groups.ContainsKey(setup.Group) || _opening.ContainsKey(setup.Group))
        {
            mail.Refuse($"{setup.Group} is open already.");
        }
        else if (setup.Replica.IsNone)
        {
            mail.Refuse($"A replica of {setup.Group} needs an id other than zero.");
        }
        else if (isNew && setup.Founding is null)
        {
            mail.Refuse($"{setup.Group} has no log on {_node}: a replica whose log is gone has to come back under another id.");
        }
        else if (setup.Options.Validate() is { } problem)
        {
            mail.Refuse($"{setup.Group} cannot run with these options: {problem}");
        }
        else
        {
            var group = new HostedGroup(this, setup, log, mail.Machine);
            _opening.Add(setup.Group, mail);
            if (isNew)
            {
                // Whom the group begins with must be known to the log before anything that rests on it.
                WriteMark(group, new SnapshotMark(0, 0, ConfigurationCodec.Encode(setup.Founding!)));
            }
            else if (mail.Machine.Snapshot is var mark && mark.Index > log.LastIndex)
            {
                // The snapshot was installed, and then the process ended before the log could begin after it.
                WriteMark(group, mark);
            }
            else
            {
                FinishOpening(group, nowNs);
            }
        }
    }

    private void WriteMark(HostedGroup group, in SnapshotMark mark) =>
        Fill(group, new LogWrite(group.Id, 0, group.Log.HardState, default, mark, Resets: false));

    public void HandleReceived(ReceivedMail mail, long nowNs)
    {
        foreach (RaftMessage message in mail.Messages)
        {
            if (!_groups.TryGetValue(message.Group, out HostedGroup? group))
            {
                continue;
            }

            if (!group.TryGetNode(message.From, out NodeId known))
            {
                group.NoteStranger(message.From, mail.From);
            }
            else if (known != mail.From)
            {
                // A replica never moves: whoever speaks for it from elsewhere does not speak for it.
                continue;
            }

            group.Replica!.HandleMessage(message, nowNs);
            Touch(group);
        }

        HandleHead(mail.From, mail.Head, nowNs);
    }

    public void HandleRoundTrip(NodeId node, long roundTripNs, long nowNs)
    {
        if (!_nodes.IsNews(node, roundTripNs))
        {
            return;
        }

        foreach (HostedGroup group in _groups.Values)
        {
            foreach (Member member in group.Replica!.Configuration.Members)
            {
                if (member.Node == node)
                {
                    group.Replica.HandleRoundTrip(member.Replica, roundTripNs, nowNs);
                }
            }
        }
    }

    /// <summary>The log knows the group: the replica begins.</summary>
    private void FinishOpening(HostedGroup group, long nowNs)
    {
        _ = _opening.Remove(group.Id, out OpenMail? mail);
        long applied = Math.Max(group.Machine.AppliedIndex, group.Log.Snapshot.Index);
        if (applied > group.Log.LastIndex)
        {
            mail!.Refuse($"The state machine of {group.Id} holds {applied} entries, but its log on {_node} ends at {group.Log.LastIndex}: one of the two is not its own.");
            return;
        }

        var setup = new RaftSetup(group.Id, group.Setup.Replica, group.Setup.Options);
        group.Replica = new RaftReplica(setup, group.Log.HardState, applied, group.Log, new RandomSource(_random.Next()), _output, nowNs);
        _groups.Add(group.Id, group);
        NoteMembers(group);
        Touch(group);
        group.PublishStatus();
        mail!.Finish(group);
    }
}
