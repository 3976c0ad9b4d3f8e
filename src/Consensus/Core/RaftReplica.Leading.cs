namespace Consensus.Core;

/// <summary>
/// Leadership: taking it up, keeping it, giving it up. A leader that a quorum has not answered for an election timeout steps
/// down by itself; whatever it still owed then ends as unknown.
/// </summary>
public sealed partial class RaftReplica
{
    private readonly List<PeerProgress> _peers = [];
    private readonly ProposalQueue _proposals = new();
    private RoundClock? _rounds;

    /// <summary>The leader's first entry. Once it is committed, so is everything before it, and the commit index misses nothing.</summary>
    private long _barrierIndex;

    private long _heartbeatAtNs;
    private long _busyAtNs;

    private bool HasCommittedInTerm => _role == RaftRole.Leader && _commitIndex >= _barrierIndex;

    /// <summary>Short enough for the member with the least patience.</summary>
    private long HeartbeatNs
    {
        get
        {
            long timeoutNs = ElectionTimeoutNs;
            foreach (var peer in _peers)
            {
                timeoutNs = peer.PromiseNs > 0 ? Math.Min(timeoutNs, peer.PromiseNs) : timeoutNs;
            }

            return timeoutNs / _options.HeartbeatsPerTimeout;
        }
    }

    /// <summary>
    /// Proposes a command. Accepted, it is in this replica's log, and <see cref="RaftOutput.Outcomes"/> will have one
    /// answer under the id.
    /// </summary>
    /// <param name="data">Not changed by anybody from here on.</param>
    public ProposeResult Propose(ReadOnlyMemory<byte> data, long proposalId, long nowNs)
    {
        Observe(nowNs);
        if (RefuseProposal() is { } refusal)
        {
            return refusal;
        }

        if (data.Length > _options.MaxEntryBytes)
        {
            return new ProposeResult(ProposeStatus.TooLarge, 0, Id);
        }

        // One proposal is always taken, however large: otherwise it could never be.
        long bytes = _proposals.UncommittedBytes + data.Length + ProposalQueue.EntryOverheadBytes;
        bool full = _proposals.UncommittedBytes > 0 && bytes > _options.MaxUncommittedBytes;
        return full || _proposals.Count >= _options.MaxPendingProposals
            ? new ProposeResult(ProposeStatus.Overloaded, 0, Id)
            : Accept(EntryKind.Command, data, proposalId);
    }

    private ProposeResult? RefuseProposal()
    {
        if (_role != RaftRole.Leader)
        {
            return new ProposeResult(ProposeStatus.NotLeader, 0, _leader);
        }

        return _transferTo.IsNone ? null : new ProposeResult(ProposeStatus.Transferring, 0, _transferTo);
    }

    private ProposeResult Accept(EntryKind kind, ReadOnlyMemory<byte> data, long proposalId)
    {
        WakeUp();
        long index = _log.LastIndex + 1;
        _proposals.Add(proposalId, index, data.Length);
        AppendToLog(new Entry(index, _term, kind, data));
        _busyAtNs = NowNs;
        return new ProposeResult(ProposeStatus.Accepted, index, Id);
    }

    private void BecomeLeader()
    {
        SetRole(RaftRole.Leader, Id);
        _rounds = new RoundClock();
        _leaseBarred = false;
        _busyAtNs = NowNs;
        _barrierIndex = _log.LastIndex + 1;
        KeepPeers();
        if (_configurations.CurrentIndex == 0)
        {
            // The first entry of all names the members, for those who join later and get the log from its beginning.
            _ = AppendConfiguration(Configuration);
        }
        else
        {
            AppendToLog(new Entry(_barrierIndex, _term, EntryKind.Barrier, default));
        }

        BeginHeartbeat();
    }

    private void LeaveLeadership(ReplicaId leader)
    {
        if (_role != RaftRole.Leader)
        {
            return;
        }

        while (_proposals.TryTakeUnknown(out long proposalId, out long at))
        {
            _output.Outcomes.Add(new ProposalOutcome(Group, proposalId, Applied: false, at, leader));
        }

        AbandonChange(leader);
        _peers.Clear();
        _rounds = null;
        _transferTo = ReplicaId.None;
        IsAsleep = false;
        SetElectionTimeout();
    }

    /// <summary>Keeps one progress for each other member of the configuration in force.</summary>
    private void KeepPeers()
    {
        _peers.RemoveAll(p => !Configuration.IsMember(p.Id));
        foreach (var member in Configuration.Members)
        {
            if (member.Replica != Id && PeerOf(member.Replica) is null)
            {
                _peers.Add(new PeerProgress(member.Replica, _options) { Next = _log.LastIndex + 1, HeardAtNs = NowNs });
            }
        }
    }

    private PeerProgress? PeerOf(ReplicaId replica)
    {
        foreach (var peer in _peers)
        {
            if (peer.Id == replica)
            {
                return peer;
            }
        }

        return null;
    }

    private long NextLeaderTimeNs()
    {
        long next = _heartbeatAtNs;
        foreach (var peer in _peers)
        {
            next = Math.Min(next, peer.ResendAtNs);
        }

        return _transferTo.IsNone ? next : Math.Min(next, _transferUntilNs);
    }

    private void HandleLeaderTime()
    {
        foreach (var peer in _peers)
        {
            if (NowNs >= peer.ResendAtNs)
            {
                peer.ResendAll();
            }
        }

        if (!_transferTo.IsNone && NowNs >= _transferUntilNs)
        {
            _transferTo = ReplicaId.None;
        }

        if (NowNs < _heartbeatAtNs)
        {
            return;
        }

        long heardAtNs = Configuration.Reached(new HeardAt(this));
        if (NowNs - heardAtNs >= ElectionTimeoutNs)
        {
            Follow(ReplicaId.None);
            return;
        }

        BeginHeartbeat();
        ProposeSleep();
    }

    /// <summary>A sign of life to everybody, in a round of its own; and a probe to those of whom nothing was heard.</summary>
    private void BeginHeartbeat()
    {
        BeginRound();
        _heartbeatAtNs = NowNs + HeartbeatNs;
        long silentNs = ElectionTimeoutNs;
        foreach (var peer in _peers)
        {
            if (peer.State == ProgressState.Replicate && NowNs - peer.HeardAtNs >= silentNs)
            {
                peer.BecomeProbe(peer.Match + 1);
                peer.ProbeCarriesEntries = false;
            }

            peer.ProbeIsDue = true;
        }

        if (!_transferTo.IsNone)
        {
            HandOver();
        }
    }

    private long BeginRound()
    {
        long round = _rounds!.Begin(NowNs);
        foreach (var peer in _peers)
        {
            peer.OwesRound = true;
        }

        return round;
    }

    /// <summary>
    /// Raft's rule of commitment: an entry of this term that a quorum holds durably, and with it all before. One of an older
    /// term, however many hold it, could still be replaced.
    /// </summary>
    private void AdvanceLeaderCommit()
    {
        long reached = Math.Min(Configuration.Reached(new MatchOf(this)), _log.LastIndex);
        if (reached <= _commitIndex || _log.TermAt(reached) != _term)
        {
            return;
        }

        AdvanceCommit(reached);
        SettleConfiguration();
    }

    private readonly struct MatchOf(RaftReplica leader) : IReplicaValue
    {
        public long Of(ReplicaId replica) => replica == leader.Id ? leader._log.DurableIndex : leader.PeerOf(replica)?.Match ?? 0;
    }

    private readonly struct HeardAt(RaftReplica leader) : IReplicaValue
    {
        public long Of(ReplicaId replica) => replica == leader.Id ? leader.NowNs : leader.PeerOf(replica)?.HeardAtNs ?? 0;
    }
}
