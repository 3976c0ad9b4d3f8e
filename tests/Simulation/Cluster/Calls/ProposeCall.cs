using Consensus;
using Simulation.Cluster.Checking;
using Simulation.Cluster.Machine;
using Simulation.Cluster.Nodes;

namespace Simulation.Cluster.Calls;

/// <summary>A client's write at a replica.</summary>
internal sealed class ProposeCall(ReplicaSlot slot, KvCommand command, byte[] bytes, GroupBook book, ClusterCounts counts, Action<CallAnswer> answer) : NodeCall
{
    private readonly Task<ProposalResult> _end = slot.Handle!.ProposeAsync(bytes).AsTask();

    public override bool TryFinish()
    {
        if (!_end.IsCompleted)
        {
            return false;
        }

        ProposalResult result = _end.GetAwaiter().GetResult();
        switch (result.Status)
        {
            case ProposalStatus.Applied:
                book.NoteAcknowledged(result.Index, command);
                answer(new CallAnswer(CallEnd.Done, (KvResult)result.Answer.Span[0], 0, slot.Replica));
                break;
            case ProposalStatus.Unknown:
                counts.Note(ClusterEvent.ProposalsUnknown);
                answer(new CallAnswer(CallEnd.Unknown, default, 0, result.LeaderHint));
                break;
            default:
                counts.Note(ClusterEvent.ProposalsRefusedDiskFull, result.Status == ProposalStatus.DiskFull ? 1 : 0);
                answer(new CallAnswer(CallEnd.NotTaken, default, 0, result.LeaderHint));
                break;
        }

        return true;
    }
}
