using Consensus.Core;

namespace Consensus.Host;

/// <summary>A hosted group as programs see it: every call is mail for its worker.</summary>
internal sealed class GroupHandle(HostedGroup group) : IConsensusGroup
{
    /// <summary>For whoever steps the worker himself, and looks into its groups in between.</summary>
    internal HostedGroup Hosted => group;

    public GroupId Id => group.Id;

    public ReplicaId Replica => group.Setup.Replica;

    public GroupStatus Status => group.Status;

    public ValueTask<ProposalResult> ProposeAsync(ReadOnlyMemory<byte> command) => Post(new ProposalMail(group, command, null));

    public ValueTask<ProposalResult> ChangeMembersAsync(Configuration target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Post(new ProposalMail(group, default, target));
    }

    public ValueTask<ReadTicket> ReadAsync(ReadMode mode)
    {
        var mail = new ReadMail(group, mode);
        group.Worker.Post(mail);
        return mail.End;
    }

    public ValueTask<bool> ConfirmAsync(ReadTicket ticket) =>
        ticket is { Status: ReadStatus.Ready, Mode: ReadMode.Lease }
            ? Ask((replica, nowNs) => replica.ConfirmLeaseRead(ticket.Term, nowNs), false)
            : new ValueTask<bool>(ticket.Status == ReadStatus.Ready);

    public ValueTask<TransferStatus> TransferLeadershipAsync(ReplicaId to) =>
        Ask((replica, nowNs) => replica.TransferLeadership(to, nowNs), TransferStatus.NotLeader);

    public ValueTask<SnapshotMark?> MakeMarkAsync(long index) =>
        Ask<SnapshotMark?>((replica, _) => replica.TryMakeMark(index, out SnapshotMark mark) ? mark : null, null);

    public ValueTask<bool> CompactAsync(SnapshotMark mark) =>
        Ask(
            (replica, nowNs) =>
            {
                bool isOurs = mark.Index <= replica.AppliedIndex;
                if (isOurs)
                {
                    replica.HandleSnapshotTaken(mark, nowNs);
                }

                return isOurs;
            },
            false);

    private ValueTask<T> Ask<T>(Func<RaftReplica, long, T> question, T whenClosed)
    {
        var mail = new AskMail<T>(group, question, whenClosed);
        group.Worker.Post(mail);
        return mail.End;
    }

    private ValueTask<ProposalResult> Post(ProposalMail mail)
    {
        group.Worker.Post(mail);
        return mail.End;
    }
}
