namespace Consensus.Core;

/// <summary>
/// Quiescence. A group with nothing to do sleeps: no timers, no heartbeats. The leader proposes it when everything is
/// replicated, committed and applied; a follower sleeps only if its log is the leader's to the last entry; the leader
/// sleeps once everybody whom it can reach does. Asleep it has no lease.
/// <para>
/// A follower that sleeps trusts the shell to tell when its leader may be gone. Whatever else wakes it, it wakes the leader.
/// </para>
/// </summary>
public sealed partial class RaftReplica
{
    /// <summary>Wakes the replica; it will soon know whether its leader is there.</summary>
    public void Wake(long nowNs)
    {
        Observe(nowNs);
        WakeUp();
    }

    /// <summary>
    /// The node of a member seems to be gone, or its process is another one now. A follower that slept in trust of it waits
    /// for its election timeout from here on.
    /// </summary>
    public void HandlePeerSuspect(ReplicaId peer, long nowNs)
    {
        Observe(nowNs);
        if (IsAsleep && peer == _leader)
        {
            EndSleep();
        }
    }

    /// <summary>The node of a member is there again: a leader that went to sleep without it brings it up to date.</summary>
    public void HandlePeerAlive(ReplicaId peer, long nowNs)
    {
        Observe(nowNs);
        if (IsAsleep && PeerOf(peer) is { Sleeps: false })
        {
            WakeUp();
        }
    }

    private bool MaySleep => _log.LastIndex == _commitIndex && _appliedIndex == _commitIndex && _log.DurableIndex == _commitIndex;

    private void ProposeSleep()
    {
        bool idle = _options.SleepAfterNs > 0 && NowNs - _busyAtNs >= _options.SleepAfterNs;
        if (!idle || !MaySleep || !HasCommittedInTerm || !_transferTo.IsNone || !_reads.IsEmpty || Configuration.IsJoint)
        {
            return;
        }

        foreach (var peer in _peers)
        {
            peer.Sleeps = false;
            if (IsReachable(peer) && peer.Match < _log.LastIndex)
            {
                return;
            }
        }

        foreach (var peer in _peers)
        {
            if (IsReachable(peer))
            {
                Send(new RaftMessage
                {
                    Kind = RaftMessageKind.Sleep,
                    To = peer.Id,
                    Term = _term,
                    Index = _log.LastIndex,
                    LogTerm = _log.LastTerm,
                    Commit = _commitIndex,
                    Round = _rounds!.Current,
                });

                // The proposal stands for this round's sign of life, which would only wake the follower again.
                peer.OwesRound = false;
                peer.ProbeIsDue = false;
            }
        }

        SleepIfAllDo();
    }

    private bool IsReachable(PeerProgress peer) => NowNs - peer.HeardAtNs < ElectionTimeoutNs;

    private void HandleSleep(in RaftMessage message)
    {
        HearLeader(message.Round);
        bool equal = _log.LastIndex == message.Index && _log.LastTerm == message.LogTerm && _log.DurableIndex == message.Index;
        if (!equal || _durableState.Term != _term || IsInstalling || !_reads.IsEmpty)
        {
            SendAppendReply();
            return;
        }

        _verified = message.Index;
        AdvanceCommit(message.Index);
        IsAsleep = true;
        Send(new RaftMessage
        {
            Kind = RaftMessageKind.SleepReply,
            To = _leader,
            Term = _term,
            Index = message.Index,
            LogTerm = message.LogTerm,
            Round = message.Round,
        });
    }

    private void HandleSleepReply(PeerProgress peer, in RaftMessage message)
    {
        if (message.Index != _log.LastIndex || message.Round != _rounds!.Current || NowNs - _busyAtNs < _options.SleepAfterNs)
        {
            return;
        }

        peer.AnsweredRound = Math.Max(peer.AnsweredRound, message.Round);
        peer.Sleeps = true;
        SleepIfAllDo();
    }

    /// <summary>The member is awake, whatever a reply of before says that comes late: one that slept on would be alone.</summary>
    private void HandleWake(PeerProgress peer)
    {
        peer.Sleeps = false;
        if (NowNs > _busyAtNs)
        {
            _busyAtNs = NowNs;
            BeginHeartbeat();
        }
    }

    private void SleepIfAllDo()
    {
        foreach (var peer in _peers)
        {
            if (IsReachable(peer) && !peer.Sleeps)
            {
                return;
            }
        }

        if (MaySleep && _reads.IsEmpty && _transferTo.IsNone)
        {
            IsAsleep = true;
            DropLease();
        }
    }

    /// <summary>Decides what a message means to a sleeper.</summary>
    private void WakeFor(in RaftMessage message)
    {
        if (!IsAsleep || message.Kind is RaftMessageKind.Sleep or RaftMessageKind.SleepReply)
        {
            return;
        }

        if (message.From == _leader)
        {
            EndSleep();
            return;
        }

        if (_role == RaftRole.Follower && message.Kind is RaftMessageKind.PreVote or RaftMessageKind.Vote)
        {
            // Nobody has said that the leader is gone, so the sleeper stands by it until it has had the time to answer.
            _promisedUntilNs = Math.Max(_promisedUntilNs, NowNs + ElectionTimeoutNs);
        }

        WakeUp();
    }

    private void WakeUp()
    {
        if (!IsAsleep)
        {
            return;
        }

        EndSleep();
        if (_role == RaftRole.Follower && !_leader.IsNone)
        {
            Send(new RaftMessage { Kind = RaftMessageKind.Wake, To = _leader, Term = _term });
        }
    }

    private void EndSleep()
    {
        IsAsleep = false;
        _busyAtNs = NowNs;
        SetElectionTimeout();
        if (_role != RaftRole.Leader)
        {
            return;
        }

        // Nobody was asked for anything while the group slept, so nobody's silence counts.
        foreach (var peer in _peers)
        {
            peer.HeardAtNs = NowNs;
            peer.Sleeps = false;
        }

        BeginHeartbeat();
    }
}
