namespace Consensus.Core;

/// <summary>
/// Reads that miss nothing acknowledged before them. By read index: the leader notes its commit index, and a round that
/// began afterwards shows that it still led. By lease: followers' promises show it without a message.
/// <para>
/// A promise is counted from when its round began, which is before the follower made it, and only for part of its length;
/// the lease is as long as a quorum's. A jump of the clock, sleep and a transfer end it.
/// </para>
/// </summary>
public sealed partial class RaftReplica
{
    /// <summary>How much of a promise is leant on: the rest is for clocks that run at different rates.</summary>
    private const long LeasePercent = 80;

    private readonly ReadQueue _reads;
    private readonly List<long> _abandoned = [];
    private readonly List<PendingRead> _forwarded = [];
    private readonly List<ConfirmedRead> _ready = [];

    /// <summary>Numbers the requests to leaders, from a random start: an answer from before a restart must not pass for one of after.</summary>
    private long _readRequests;

    private long _readRetryAtNs = long.MaxValue;

    /// <summary>Leadership was handed over in this term, and whoever got it may use it at any time: no lease until the next term.</summary>
    private bool _leaseBarred;

    /// <summary>Asks for a moment to read the state machine; <see cref="RaftOutput.Reads"/> will have one answer under the id.</summary>
    public ReadAdmission RequestRead(long readId, ReadMode mode, long nowNs)
    {
        Observe(nowNs);
        if (_leader.IsNone)
        {
            return ReadAdmission.NoLeader;
        }

        if (_reads.IsFull)
        {
            return ReadAdmission.Overloaded;
        }

        WakeUp();
        _busyAtNs = NowNs;
        if (mode == ReadMode.Lease && LeaseHolds())
        {
            _reads.AddConfirmed(readId, _commitIndex, _term);
        }
        else
        {
            _reads.Add(new PendingRead(readId, ReplicaId.None));
        }

        return ReadAdmission.Accepted;
    }

    /// <summary>
    /// Whether what has just been read under the lease of a term is an answer. To be asked after reading: a lease that
    /// holds now has held all the time.
    /// </summary>
    public bool ConfirmLeaseRead(long term, long nowNs)
    {
        Observe(nowNs);
        return term == _term && LeaseHolds();
    }

    private bool LeaseHolds() =>
        HasCommittedInTerm && !IsAsleep && !_leaseBarred && _transferTo.IsNone && NowNs < Configuration.Reached(new LeaseUntil(this));

    private void DropLease()
    {
        _rounds!.ForgetTimes();
        foreach (var peer in _peers)
        {
            peer.LeaseUntilNs = Majority.Nothing;
        }
    }

    /// <summary>A member has answered a round: it followed this leader after the round began, and says for how long it will.</summary>
    private void NoteAnswer(PeerProgress peer, in RaftMessage message)
    {
        peer.AnsweredRound = Math.Max(peer.AnsweredRound, message.Round);
        peer.PromiseNs = message.PromiseNs;
        if (_rounds!.TryGetBeginning(message.Round, out long beganNs))
        {
            long promiseNs = Math.Min(message.PromiseNs, _options.MaxElectionTimeoutNs);
            peer.LeaseUntilNs = Math.Max(peer.LeaseUntilNs, beganNs + (promiseNs * LeasePercent / 100));
        }

        EndReadRound();
    }

    /// <summary>Everything that waits shares one round.</summary>
    private void BeginReadRound()
    {
        if (_reads.HasWaiting && !_reads.IsRoundUnderWay && HasCommittedInTerm)
        {
            _reads.BeginRound(BeginRound(), _commitIndex);
            EndReadRound();
        }
    }

    private void EndReadRound()
    {
        if (!_reads.IsRoundUnderWay || Configuration.Reached(new AnsweredRound(this)) < _reads.Round)
        {
            return;
        }

        _reads.EndRound(_term, _forwarded, out long index);
        foreach (var read in _forwarded)
        {
            Send(new RaftMessage { Kind = RaftMessageKind.ReadReply, To = read.From, Term = _term, Index = index, Round = read.Id });
        }

        _forwarded.Clear();
    }

    private void HandleReadRequest(in RaftMessage message)
    {
        var read = new PendingRead(message.Round, message.From);
        if (!_reads.IsFull && !_reads.Contains(read))
        {
            _busyAtNs = NowNs;
            _reads.Add(read);
        }
    }

    /// <summary>On a follower: everything that waits goes to the leader as one request.</summary>
    private void ForwardReads()
    {
        if (_reads.HasWaiting && !_reads.IsRoundUnderWay && !_leader.IsNone)
        {
            _reads.BeginRound(++_readRequests, 0);
            SendReadRequest();
        }
    }

    private void SendReadRequest()
    {
        Send(new RaftMessage { Kind = RaftMessageKind.ReadRequest, To = _leader, Term = _term, Round = _reads.Round });
        _readRetryAtNs = NowNs + Math.Max(_options.MinResendNs, 2 * _roundTrips.Of(_leader));
    }

    private void RetryForwardedReads()
    {
        _readRetryAtNs = long.MaxValue;
        if (_reads.IsRoundUnderWay && !_leader.IsNone)
        {
            SendReadRequest();
        }
    }

    private void HandleReadReply(in RaftMessage message)
    {
        if (_role == RaftRole.Follower && message.From == _leader && _reads.IsRoundUnderWay && message.Round == _reads.Round)
        {
            _readRetryAtNs = long.MaxValue;
            _reads.EndRound(message.Index, _term, _forwarded);
        }
    }

    /// <summary>There is another leader, or none: reads without an index ask it, or are told so.</summary>
    private void RedirectReads()
    {
        _readRetryAtNs = long.MaxValue;
        if (!_leader.IsNone)
        {
            _reads.RepeatRound();
            return;
        }

        _reads.GiveUp(_abandoned);
        foreach (long readId in _abandoned)
        {
            _output.Reads.Add(new ReadResult(Group, readId, Ready: false, ReadMode.ReadIndex, 0, _term, _leader));
        }

        _abandoned.Clear();
    }

    private void HandOutReads()
    {
        if (!_reads.HasConfirmed)
        {
            return;
        }

        _reads.TakeReady(_appliedIndex, _ready);
        foreach (var read in _ready)
        {
            _output.Reads.Add(new ReadResult(Group, read.Id, Ready: true, read.Mode, read.Index, read.Term, _leader));
        }

        _ready.Clear();
    }

    private readonly struct LeaseUntil(RaftReplica leader) : IReplicaValue
    {
        public long Of(ReplicaId replica) => replica == leader.Id ? long.MaxValue : leader.PeerOf(replica)?.LeaseUntilNs ?? Majority.Nothing;
    }

    private readonly struct AnsweredRound(RaftReplica leader) : IReplicaValue
    {
        public long Of(ReplicaId replica) => replica == leader.Id ? long.MaxValue : leader.PeerOf(replica)?.AnsweredRound ?? 0;
    }
}
