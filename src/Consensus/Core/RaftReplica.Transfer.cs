namespace Consensus.Core;

/// <summary>
/// Handing leadership over. The leader takes no more proposals, brings the chosen member up to date, and asks it to
/// campaign at once, against all promises. From before that message leaves, there is no lease, for the rest of the term:
/// the message may arrive at any time, even after the transfer was given up.
/// </summary>
public sealed partial class RaftReplica
{
    private ReplicaId _transferTo;
    private long _transferUntilNs;

    /// <summary>Starts to hand leadership to a voter; after an election timeout without success it stays here.</summary>
    public TransferStatus TransferLeadership(ReplicaId to, long nowNs)
    {
        Observe(nowNs);
        if (_role != RaftRole.Leader)
        {
            return TransferStatus.NotLeader;
        }

        if (to == Id)
        {
            return TransferStatus.AlreadyLeader;
        }

        if (!_transferTo.IsNone)
        {
            return TransferStatus.UnderWay;
        }

        if (!Configuration.IsVoter(to))
        {
            return TransferStatus.NotVoter;
        }

        WakeUp();
        _busyAtNs = NowNs;
        _transferTo = to;
        _transferUntilNs = NowNs + ElectionTimeoutNs;
        HandOver();
        return TransferStatus.Started;
    }

    /// <summary>Lets the member campaign once it has everything; again with each heartbeat, in case the message was lost.</summary>
    private void HandOver()
    {
        if (PeerOf(_transferTo) is { } peer && peer.Match == _log.LastIndex)
        {
            _leaseBarred = true;
            Send(new RaftMessage { Kind = RaftMessageKind.TimeoutNow, To = peer.Id, Term = _term });
        }
    }

    private void HandleTimeoutNow()
    {
        if (IsElectable)
        {
            BeginElection(byTransfer: true);
        }
    }
}
