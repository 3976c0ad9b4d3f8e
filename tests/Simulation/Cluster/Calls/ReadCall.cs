using Consensus;
using Consensus.Core;
using Simulation.Cluster.Checking;
using Simulation.Cluster.Nodes;

namespace Simulation.Cluster.Calls;

/// <summary>
/// A client's read at a replica: the ticket, the look, and the question whether the look counts, with time in between. What
/// was acknowledged before the first must show in the second.
/// </summary>
internal sealed class ReadCall(ReplicaSlot slot, byte key, ReadMode mode, GroupBook book, ClusterServices services, long pauseNs, Action<CallAnswer> answer) : NodeCall
{
    private readonly long _required = book.AcknowledgedIndex;
    private readonly Task<ReadTicket> _ticket = slot.Handle!.ReadAsync(mode).AsTask();
    private Task<bool>? _confirmation;
    private bool _isBetween;
    private long _seenIndex;
    private ulong _value;

    public override bool TryFinish()
    {
        if (_isBetween || !_ticket.IsCompleted)
        {
            return false;
        }

        ReadTicket ticket = _ticket.GetAwaiter().GetResult();
        if (ticket.Status != ReadStatus.Ready)
        {
            answer(new CallAnswer(CallEnd.NotTaken, default, 0, ticket.LeaderHint));
            return true;
        }

        if (_confirmation is null)
        {
            ReadSoon(ticket);
            return false;
        }

        return _confirmation.IsCompleted && Finish(ticket, _confirmation.GetAwaiter().GetResult());
    }

    /// <summary>With a pause before the look and one after it, as a busy process has them.</summary>
    private void ReadSoon(ReadTicket ticket)
    {
        _isBetween = true;
        NodeProcess process = slot.Node.Process!;
        process.At(services.Agenda.NowNs + pauseNs, () =>
        {
            _seenIndex = slot.Machine.AppliedIndex;
            _value = slot.Machine[key];
            process.At(services.Agenda.NowNs + pauseNs, () =>
            {
                _isBetween = false;
                _confirmation = slot.Handle!.ConfirmAsync(ticket).AsTask();
                process.FinishCalls();
            });
        });
    }

    private bool Finish(in ReadTicket ticket, bool counts)
    {
        if (!counts)
        {
            services.Counts.Note(ClusterEvent.LeasesLostWhileReading);
            answer(new CallAnswer(CallEnd.NotTaken, default, 0, ticket.LeaderHint));
            return true;
        }

        book.Require(
            _seenIndex >= _required,
            $"answers a read by {ticket.Mode} on {slot.Replica} from entry {_seenIndex}, and {_required} was acknowledged before it began");
        services.Counts.Note(ticket.Mode == ReadMode.Lease ? ClusterEvent.ReadsByLease : ClusterEvent.ReadsByIndex);
        services.Counts.Note(ClusterEvent.ReadsOnFollowers, slot.Status?.Role == RaftRole.Leader ? 0 : 1);
        answer(new CallAnswer(CallEnd.Done, default, _value, slot.Replica));
        return true;
    }
}
