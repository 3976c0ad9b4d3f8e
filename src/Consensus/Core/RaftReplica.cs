namespace Consensus.Core;

/// <summary>
/// One replica of one group: the Raft protocol and nothing else. Inputs are methods, most with the time; what follows from
/// them is in the <see cref="RaftOutput"/> after <see cref="Flush"/>, which belongs after any number of inputs.
/// </summary>
/// <remarks>
/// <para>One thread owns a replica. It reads no clock and waits for nothing; the shell calls <see cref="HandleTime"/> when
/// <see cref="NextTimeoutNs"/> has come.</para>
/// <para>The rules, and what each protects, are in docs/consensus.md. This file holds the state and the way in; each of the
/// other parts is one concern.</para>
/// </remarks>
public sealed partial class RaftReplica
{
    private readonly RaftOptions _options;
    private readonly RaftOutput _output;
    private readonly RandomSource _random;
    private readonly LogView _log;
    private readonly ConfigurationHistory _configurations;
    private readonly RoundTrips _roundTrips;
    private ClockGuard _clock;

    private RaftRole _role = RaftRole.Follower;
    private long _term;
    private ReplicaId _votedFor;
    private ReplicaId _leader;
    private long _commitIndex;

    /// <summary>Opens a replica on the log it left behind, or on a new one whose mark names the group's first configuration.</summary>
    /// <param name="setup">Who this is.</param>
    /// <param name="state">As the log has it; all zero for a replica that never was.</param>
    /// <param name="appliedIndex">What the state machine holds: from the log's mark up to its last entry.</param>
    /// <param name="log">Everything that it shows counts as durable, so a tail of doubtful durability is synced before.</param>
    /// <param name="random">Of this replica alone, and seeded differently each time it is opened.</param>
    /// <param name="output">Of the worker that owns this replica.</param>
    public RaftReplica(
        RaftSetup setup, HardState state, long appliedIndex, IGroupLogReader log, RandomSource random, RaftOutput output, long nowNs)
    {
        if (setup.Options.Validate() is { } problem)
        {
            throw new ArgumentException(problem, nameof(setup));
        }

        Group = setup.Group;
        Id = setup.Replica;
        _options = setup.Options;
        _output = output;
        _random = random;
        _log = new LogView(log);
        _configurations = Recover(log);
        _roundTrips = new RoundTrips(_options.DefaultRoundTripNs);
        _clock = new ClockGuard(nowNs, _options.MaxClockStepNs);
        _held = new HeldEntries(_options.MaxHeldEntries, _options.MaxHeldBytes);
        _reads = new ReadQueue(_options.MaxPendingReads);
        _readRequests = (long)(random.Next() >> 4);
        if (appliedIndex < _log.Mark.Index || appliedIndex > _log.LastIndex)
        {
            Fail.Now($"The state machine holds {appliedIndex}, but the log has {_log.Mark.Index + 1} to {_log.LastIndex}.");
        }

        (_term, _votedFor, _) = state;
        _durableState = state;
        _handedState = state;
        _appliedIndex = appliedIndex;
        _applyingIndex = appliedIndex;

        // What has been applied was committed. The commit index is saved without waiting for the entries it covers.
        _commitIndex = Math.Min(Math.Max(state.CommitIndex, appliedIndex), _log.LastIndex);
        _verified = _commitIndex;
        KeepEarlierPromises();
        SetElectionTimeout();
    }

    public GroupId Group { get; }

    public ReplicaId Id { get; }

    public RaftRole Role => _role;

    public long Term => _term;

    /// <summary>Whom this replica follows, itself when it leads; nobody while it knows none.</summary>
    public ReplicaId Leader => _leader;

    public long CommitIndex => _commitIndex;

    public long AppliedIndex => _appliedIndex;

    public long LastIndex => _log.LastIndex;

    public long DurableIndex => _log.DurableIndex;

    public SnapshotMark Mark => _log.Mark;

    public HardState DurableState => _durableState;

    /// <summary>The configuration in force, committed or not.</summary>
    public Configuration Configuration => _configurations.Current;

    /// <summary>Asleep: nothing to do, no timer, no lease. Any input that asks for more wakes it.</summary>
    public bool IsAsleep { get; private set; }

    /// <summary>
    /// It leads, and went to sleep without a member that could not be reached: the shell has to say when the member's node
    /// is heard of, even if it was not missed.
    /// </summary>
    public bool SleepsWithoutSomebody => IsAsleep && _peers.Exists(static peer => !peer.Sleeps);

    /// <summary>Messages that could not be meant for this replica, or that a correct peer would not send.</summary>
    public long MessagesRefused { get; private set; }

    /// <summary>When <see cref="HandleTime"/> is wanted, by the clock of the last input; <see cref="long.MaxValue"/> for never.</summary>
    public long NextTimeoutNs
    {
        get
        {
            if (IsAsleep)
            {
                return long.MaxValue;
            }

            long ownNs = _role == RaftRole.Leader ? NextLeaderTimeNs() : Math.Min(_electionAtNs, _readRetryAtNs);
            return _clock.OutsideNs(ownNs);
        }
    }

    private long NowNs => _clock.NowNs;

    /// <summary>Lets what is due happen.</summary>
    public void HandleTime(long nowNs)
    {
        if (IsAsleep)
        {
            return;
        }

        Observe(nowNs);
        if (_role == RaftRole.Leader)
        {
            HandleLeaderTime();
            return;
        }

        if (NowNs >= _electionAtNs)
        {
            HandleElectionTimeout();
        }

        if (NowNs >= _readRetryAtNs)
        {
            RetryForwardedReads();
        }
    }

    /// <summary>Takes in a message that <see cref="RaftMessageCodec"/> has let through. Whatever it says, nothing is thrown.</summary>
    public void HandleMessage(in RaftMessage message, long nowNs)
    {
        Observe(nowNs);
        if (message.Group != Group || message.To != Id || message.From == Id)
        {
            MessagesRefused++;
            return;
        }

        WakeFor(message);
        if (message.Term > _term && !TryAdoptTermOf(message))
        {
            return;
        }

        if (message.Term < _term)
        {
            AnswerFromThePast(message);
            return;
        }

        switch (message.Kind)
        {
            case RaftMessageKind.PreVote:
                HandlePreVote(message);
                break;
            case RaftMessageKind.Vote:
                HandleVote(message);
                break;
            case RaftMessageKind.PreVoteReply or RaftMessageKind.VoteReply:
                HandleVoteReply(message);
                break;
            case RaftMessageKind.Append or RaftMessageKind.Sleep or RaftMessageKind.TimeoutNow:
                HandleFromLeader(message);
                break;
            default:
                HandleFromFollower(message);
                break;
        }
    }

    /// <summary>A measurement of the transport's: election timeouts follow it.</summary>
    public void HandleRoundTrip(ReplicaId peer, long roundTripNs, long nowNs)
    {
        Observe(nowNs);
        _roundTrips.Note(peer, Math.Clamp(roundTripNs, 1, _options.MaxElectionTimeoutNs));
    }

    private void HandleFromLeader(in RaftMessage message)
    {
        if (_role == RaftRole.Leader)
        {
            // A second leader in one term cannot be; whoever claims to be one is not to be believed.
            MessagesRefused++;
            return;
        }

        Follow(message.From);
        switch (message.Kind)
        {
            case RaftMessageKind.Append:
                HandleAppend(message);
                break;
            case RaftMessageKind.Sleep:
                HandleSleep(message);
                break;
            default:
                HandleTimeoutNow();
                break;
        }
    }

    private void HandleFromFollower(in RaftMessage message)
    {
        if (message.Kind == RaftMessageKind.ReadReply)
        {
            HandleReadReply(message);
            return;
        }

        if (_role != RaftRole.Leader || PeerOf(message.From) is not { } peer)
        {
            return;
        }

        peer.HeardAtNs = NowNs;
        switch (message.Kind)
        {
            case RaftMessageKind.AppendReply:
                HandleAppendReply(peer, message);
                break;
            case RaftMessageKind.ProbeReject:
                HandleProbeReject(peer, message);
                break;
            case RaftMessageKind.ReadRequest:
                HandleReadRequest(message);
                break;
            case RaftMessageKind.SleepReply:
                HandleSleepReply(peer, message);
                break;
            case RaftMessageKind.Wake:
                HandleWake(peer);
                break;
        }
    }

    /// <summary>
    /// A newer term is news from a quorum, unless it is only a question (<see cref="RaftMessageKind.PreVote"/>) or comes
    /// from one who would break a promise made here. False: the message has no further meaning.
    /// </summary>
    private bool TryAdoptTermOf(in RaftMessage message)
    {
        switch (message.Kind)
        {
            case RaftMessageKind.PreVote:
                HandlePreVote(message);
                return false;
            case RaftMessageKind.PreVoteReply when message.Has(RaftMessageFlags.Granted):
                HandleVoteReply(message);
                return false;
            case RaftMessageKind.Vote:
                if (IsBoundByPromise && !message.Has(RaftMessageFlags.Transfer))
                {
                    return false;
                }

                BecomeFollower(message.Term, ReplicaId.None);
                return true;
            case RaftMessageKind.Append or RaftMessageKind.Sleep or RaftMessageKind.TimeoutNow:
                BecomeFollower(message.Term, message.From);
                return true;
            default:
                // Only members are ever asked for a reply; anybody else's is from a time before the configuration in force.
                if (Configuration.IsMember(message.From))
                {
                    BecomeFollower(message.Term, ReplicaId.None);
                }

                return false;
        }
    }

    /// <summary>Tells a leader or candidate of an older term that its time is over; other old messages mean nothing.</summary>
    private void AnswerFromThePast(in RaftMessage message)
    {
        switch (message.Kind)
        {
            case RaftMessageKind.PreVote:
                Send(new RaftMessage { Kind = RaftMessageKind.PreVoteReply, To = message.From, Term = _term });
                break;
            case RaftMessageKind.Vote:
                Send(new RaftMessage { Kind = RaftMessageKind.VoteReply, To = message.From, Term = _term });
                break;
            case RaftMessageKind.Append or RaftMessageKind.Sleep:
                Send(new RaftMessage { Kind = RaftMessageKind.AppendReply, To = message.From, Term = _term });
                break;
        }
    }

    private void Send(in RaftMessage message) => _output.Messages.Add(message with { Group = Group, From = Id });

    /// <summary>Looks at the clock. After a jump, times taken before it cannot be compared with times after it.</summary>
    private void Observe(long nowNs)
    {
        if (_clock.Observe(nowNs) && _role == RaftRole.Leader)
        {
            DropLease();
        }
    }

    private void ReportRole() => _output.RoleChanges.Add(new RoleChange(Group, _role, _term, _leader));
}
