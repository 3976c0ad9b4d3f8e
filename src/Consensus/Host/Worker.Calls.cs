using Consensus.Core;

namespace Consensus.Host;

/// <summary>What programs ask of groups, and what they are told.</summary>
internal sealed partial class Worker
{
    public void HandleProposal(ProposalMail mail, long nowNs)
    {
        HostedGroup group = mail.Group;
        RaftReplica replica = group.Replica!;
        if (!_log.HasRoom && replica.Role == RaftRole.Leader)
        {
            mail.Finish(new ProposalResult(ProposalStatus.DiskFull, 0, default, replica.Id));
            return;
        }

        long id = ++_lastId;
        ProposeResult result = mail.Members is { } members
            ? replica.ProposeConfiguration(members, id, nowNs)
            : replica.Propose(mail.Command, id, nowNs);
        if (result.IsAccepted)
        {
            group.Proposals.Add(id, mail);
        }
        else
        {
            mail.Finish(new ProposalResult(StatusOf(result.Status), 0, default, result.LeaderHint));
        }

        Touch(group);
    }

    public void HandleRead(ReadMail mail, long nowNs)
    {
        HostedGroup group = mail.Group;
        long id = ++_lastId;
        ReadAdmission admission = group.Replica!.RequestRead(id, mail.Mode, nowNs);
        if (admission == ReadAdmission.Accepted)
        {
            group.Reads.Add(id, mail);
        }
        else
        {
            ReadStatus status = admission == ReadAdmission.NoLeader ? ReadStatus.NoLeader : ReadStatus.Overloaded;
            mail.Finish(new ReadTicket(status, mail.Mode, 0, 0, group.Replica.Leader));
        }

        Touch(group);
    }

    /// <summary>A state machine has taken entries in: whoever proposed them here hears what it answered.</summary>
    public void HandleApplied(AppliedMail mail, long nowNs)
    {
        HostedGroup group = mail.Group;
        int before = _output.Outcomes.Count;
        group.Replica!.HandleApplied(mail.LastIndex, nowNs);
        for (int i = before; i < _output.Outcomes.Count; i++)
        {
            FinishProposal(group, _output.Outcomes[i], mail);
        }

        _output.Outcomes.RemoveRange(before, _output.Outcomes.Count - before);
        Touch(group);
    }

    private static ProposalStatus StatusOf(ProposeStatus status) => status switch
    {
        ProposeStatus.NotLeader or ProposeStatus.Transferring => ProposalStatus.NotLeader,
        ProposeStatus.Overloaded => ProposalStatus.Overloaded,
        ProposeStatus.TooLarge => ProposalStatus.TooLarge,
        _ => ProposalStatus.Refused,
    };

    /// <summary>What was taken may yet be applied by others; what was only asked for is not.</summary>
    private static void FinishAll(HostedGroup group)
    {
        foreach (ProposalMail waiting in group.Proposals.Values)
        {
            waiting.Finish(new ProposalResult(ProposalStatus.Unknown, 0, default, ReplicaId.None));
        }

        foreach (ReadMail waiting in group.Reads.Values)
        {
            waiting.Abandon();
        }

        group.Proposals.Clear();
        group.Reads.Clear();
    }
}
