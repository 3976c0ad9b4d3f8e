namespace Consensus.Core;

/// <summary>
/// Elections. A follower that hears from no leader asks first whether it would be elected, which disturbs nobody, and
/// campaigns only if a quorum says yes. A vote leaves only when it is durable, and so a candidate counts its own.
/// <para>
/// A follower promises its leader, in every reply, to elect nobody else for one election timeout; leases rest on that. What
/// a replica promised before it was restarted it no longer knows, and so keeps still for the longest promise there is.
/// The one exception is an election that the leader itself has asked for: it gave up its lease first.
/// </para>
/// </summary>
public sealed partial class RaftReplica
{
    private readonly VoteTally _votes = new();
    private long _electionAtNs;
    private long _promisedUntilNs = long.MinValue;
    private ReplicaId _owedVote;
    private bool _campaignsByTransfer;

    /// <summary>The length of a promise, and the least time to wait for a leader.</summary>
    private long ElectionTimeoutNs
    {
        get
        {
            long roundTripNs = _roundTrips.QuorumNs(Configuration, Id);
            if (!_leader.IsNone && _leader != Id)
            {
                roundTripNs = Math.Max(roundTripNs, _roundTrips.Of(_leader));
            }

            return Math.Clamp(roundTripNs * _options.ElectionRoundTrips, _options.MinElectionTimeoutNs, _options.MaxElectionTimeoutNs);
        }
    }

    /// <summary>
    /// Bound to elect nobody: as a follower by its promise, as a leader because it has not been abandoned by its quorum, or
    /// else it would have stepped down.
    /// </summary>
    private bool IsBoundByPromise => _role == RaftRole.Leader || NowNs < _promisedUntilNs;

    private bool IsElectable => !IsInstalling && _configurations.MayLead(Id, _commitIndex);

    private void KeepEarlierPromises()
    {
        // A reply that promises anything leaves only once its term is durable. And whoever is the only voter of a committed
        // configuration has promised nothing to anybody who could still lead.
        bool isAlone = Configuration.IsOnlyVoter(Id) && _configurations.CurrentIndex <= _commitIndex;
        if (_term > 0 && !isAlone)
        {
            _promisedUntilNs = NowNs + _options.MaxElectionTimeoutNs;
        }
    }

    private void SetElectionTimeout()
    {
        // Whoever is alone need not wait for others, but does for its own vote to be durable.
        long timeoutNs = ElectionTimeoutNs;
        _electionAtNs = _role == RaftRole.Follower && Configuration.IsOnlyVoter(Id)
            ? Math.Max(_promisedUntilNs, NowNs)
            : Math.Max(_promisedUntilNs, NowNs + timeoutNs) + _random.Below(timeoutNs);
    }

    private void HandleElectionTimeout()
    {
        if (!IsElectable)
        {
            // Not electable. Still, the leader has been silent for long, and whoever waits for it should know.
            Follow(ReplicaId.None);
            SetElectionTimeout();
            return;
        }

        if (IsBoundByPromise)
        {
            SetElectionTimeout();
            return;
        }

        BeginPreVote();
    }

    private void BeginPreVote()
    {
        SetRole(RaftRole.PreCandidate, ReplicaId.None);
        _campaignsByTransfer = false;
        _votes.Clear();
        _votes.Record(Id, granted: true);
        SetElectionTimeout();
        RequestVotes(RaftMessageKind.PreVote, _term + 1);
        CountVotes();
    }

    private void BeginElection(bool byTransfer)
    {
        EnterTerm(_term + 1);
        _votedFor = Id;
        SetRole(RaftRole.Candidate, ReplicaId.None);
        _campaignsByTransfer = byTransfer;
        _votes.Clear();
        SetElectionTimeout();
        RequestVotes(RaftMessageKind.Vote, _term);
    }

    private void RequestVotes(RaftMessageKind kind, long term)
    {
        foreach (var member in Configuration.Members)
        {
            if (member.Replica != Id && Configuration.IsVoter(member.Replica))
            {
                Send(new RaftMessage
                {
                    Kind = kind,
                    Flags = _campaignsByTransfer ? RaftMessageFlags.Transfer : RaftMessageFlags.None,
                    To = member.Replica,
                    Term = term,
                    Index = _log.LastIndex,
                    LogTerm = _log.LastTerm,
                });
            }
        }
    }

    /// <summary>
    /// Whether the asker is a member here does not matter: it may have been added by an entry that has not come this far, just
    /// as this replica may be a voter without knowing. Whose vote counts is for the asker's configuration to say.
    /// </summary>
    private void HandlePreVote(in RaftMessage message)
    {
        bool granted = message.Term > _term && !IsBoundByPromise && IsUpToDate(message);
        Send(new RaftMessage
        {
            Kind = RaftMessageKind.PreVoteReply,
            Flags = granted ? RaftMessageFlags.Granted : RaftMessageFlags.None,
            To = message.From,
            Term = granted ? message.Term : _term,
        });
    }

    private void HandleVote(in RaftMessage message)
    {
        bool free = _votedFor == message.From || (_votedFor.IsNone && _leader.IsNone);
        bool bound = IsBoundByPromise && !message.Has(RaftMessageFlags.Transfer);
        if (!free || bound || !IsUpToDate(message))
        {
            Send(new RaftMessage { Kind = RaftMessageKind.VoteReply, To = message.From, Term = _term });
            return;
        }

        _votedFor = message.From;
        _owedVote = message.From;
        SetRole(RaftRole.Follower, ReplicaId.None);
        SetElectionTimeout();
        SendOwedVote();
    }

    /// <summary>Sends the vote once it is durable.</summary>
    private void SendOwedVote()
    {
        if (!_owedVote.IsNone && _durableState.Term == _term && _durableState.VotedFor == _owedVote)
        {
            Send(new RaftMessage { Kind = RaftMessageKind.VoteReply, Flags = RaftMessageFlags.Granted, To = _owedVote, Term = _term });
            _owedVote = ReplicaId.None;
        }
    }

    private void HandleVoteReply(in RaftMessage message)
    {
        bool expected = message.Kind == RaftMessageKind.PreVoteReply
            ? _role == RaftRole.PreCandidate && message.Term == (message.Has(RaftMessageFlags.Granted) ? _term + 1 : _term)
            : _role == RaftRole.Candidate;
        if (expected)
        {
            _votes.Record(message.From, message.Has(RaftMessageFlags.Granted));
            CountVotes();
        }
    }

    private void CountOwnVote()
    {
        if (_role == RaftRole.Candidate && _durableState.Term == _term && _durableState.VotedFor == Id)
        {
            _votes.Record(Id, granted: true);
            CountVotes();
        }
    }

    private void CountVotes()
    {
        if (_votes.IsLost(Configuration))
        {
            SetRole(RaftRole.Follower, ReplicaId.None);
            return;
        }

        if (!_votes.IsWon(Configuration))
        {
            return;
        }

        if (_role == RaftRole.PreCandidate)
        {
            BeginElection(byTransfer: false);
        }
        else if (_votes.HasGranted(Id))
        {
            // Its own vote is needed even where others suffice: it makes the term durable, so that no restart can lead it twice.
            BecomeLeader();
        }
    }

    /// <summary>Raft's rule: whoever lacks what may be committed is not elected.</summary>
    private bool IsUpToDate(in RaftMessage message) =>
        message.LogTerm > _log.LastTerm || (message.LogTerm == _log.LastTerm && message.Index >= _log.LastIndex);

    private void EnterTerm(long term)
    {
        _term = term;
        _votedFor = ReplicaId.None;
        _owedVote = ReplicaId.None;
    }

    private void BecomeFollower(long term, ReplicaId leader)
    {
        if (term > _term)
        {
            LeaveLeadership(leader);
            EnterTerm(term);
            SetRole(RaftRole.Follower, leader, always: true);
            SetElectionTimeout();
        }
        else
        {
            Follow(leader);
        }
    }

    /// <summary>Follows a leader of the current term, or nobody.</summary>
    private void Follow(ReplicaId leader)
    {
        if (_role != RaftRole.Follower || _leader != leader)
        {
            LeaveLeadership(leader);
            SetRole(RaftRole.Follower, leader);
        }
    }

    private void SetRole(RaftRole role, ReplicaId leader, bool always = false)
    {
        if (_role == role && _leader == leader && !always)
        {
            return;
        }

        bool leaderChanged = _leader != leader || always;
        _role = role;
        _leader = leader;
        if (leaderChanged)
        {
            ForgetLeadersLog();
            RedirectReads();
        }

        ReportRole();
    }
}
