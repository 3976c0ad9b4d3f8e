namespace Consensus.Core;

/// <summary>
/// What a leader knows of one other member. <see cref="Match"/> only rises, by what the member has acknowledged as
/// durable; <see cref="Next"/> is above it, and may fall back to it.
/// </summary>
internal sealed class PeerProgress(ReplicaId id, RaftOptions options)
{
    private const int MaxResendDoublings = 8;

    /// <summary>A new measurement moves the smoothed one by an eighth, as round trips are commonly smoothed.</summary>
    private const int Smoothing = 8;

    private int _resends;
    private long _gapFilledAt = -1;
    private long _timedIndex;
    private long _timedAtNs;

    public ReplicaId Id { get; } = id;

    public ProgressState State { get; private set; } = ProgressState.Probe;

    public InflightWindow Window { get; } = new(options.MaxInflightAppends, options.MaxInflightBytes);

    /// <summary>Up to here the member's log is the leader's, durably.</summary>
    public long Match { get; private set; }

    /// <summary>The next entry to send.</summary>
    public long Next { get; set; } = 1;

    /// <summary>The highest commit index that has been sent.</summary>
    public long CommitSent { get; set; }

    /// <summary>The newest round that the member has answered.</summary>
    public long AnsweredRound { get; set; }

    /// <summary>Until when the leader may lean on the member's promise.</summary>
    public long LeaseUntilNs { get; set; } = Majority.Nothing;

    /// <summary>The length of its newest promise; zero before the first.</summary>
    public long PromiseNs { get; set; }

    public long HeardAtNs { get; set; }

    /// <summary>Something has to be sent that carries the current round and is answered at once.</summary>
    public bool OwesRound { get; set; }

    /// <summary>In the probe state: another probe may go.</summary>
    public bool ProbeIsDue { get; set; } = true;

    /// <summary>The next probe carries entries: the member has just been heard from, so they are likely to arrive.</summary>
    public bool ProbeCarriesEntries { get; set; } = true;

    /// <summary>The last entry that the probe carried.</summary>
    public long ProbedUntil { get; set; }

    /// <summary>Entries up to here are being sent again, one append for each acknowledgement.</summary>
    public long ResendUntil { get; private set; }

    /// <summary>The next of these appends may go.</summary>
    public bool ResendIsDue { get; set; }

    /// <summary>How long entries take to be acknowledged, the member's disk included; zero before the first measurement.</summary>
    public long AnswerNs { get; private set; }

    /// <summary>When entries without acknowledgement are sent again.</summary>
    public long ResendAtNs { get; private set; } = long.MaxValue;

    /// <summary>In the snapshot state: the index that the snapshot has at least.</summary>
    public long SnapshotIndex { get; private set; }

    /// <summary>No other snapshot is asked for before.</summary>
    public long SnapshotRetryAtNs { get; set; }

    /// <summary>The member has said that it sleeps.</summary>
    public bool Sleeps { get; set; }

    public bool HasUnacknowledged => Next - 1 > Match;

    /// <summary>Starts over from what is known to match.</summary>
    public void BecomeProbe(long next)
    {
        State = ProgressState.Probe;
        Next = Math.Max(next, Match + 1);
        ProbedUntil = 0;
        ProbeIsDue = true;
        Settle();
    }

    public void BecomeReplicate()
    {
        // What the probe carried has arrived with it, or shows as a gap soon.
        Next = Math.Max(Match, State == ProgressState.Probe ? ProbedUntil : 0) + 1;
        State = ProgressState.Replicate;
        Settle();
    }

    public void BecomeSnapshot(long index)
    {
        State = ProgressState.Snapshot;
        SnapshotIndex = index;
        Next = index + 1;
        Settle();
    }

    /// <summary>Notes an acknowledgement; false when it says nothing new.</summary>
    public bool TryAdvance(long index, long nowNs)
    {
        if (index <= Match)
        {
            return false;
        }

        Match = index;
        Next = Math.Max(Next, index + 1);
        Window.Acknowledge(index);
        if (_timedIndex > 0 && index >= _timedIndex)
        {
            long tookNs = nowNs - _timedAtNs;
            AnswerNs = AnswerNs == 0 ? tookNs : AnswerNs + ((tookNs - AnswerNs) / Smoothing);
            _timedIndex = 0;
        }

        _resends = 0;
        ResendAtNs = long.MaxValue;
        ResendIsDue = State == ProgressState.Replicate && ResendUntil > Match;
        return true;
    }

    /// <summary>Begins to measure how long an entry takes to be acknowledged, unless one is being measured.</summary>
    public void TimeAnswer(long index, long nowNs)
    {
        if (_timedIndex == 0)
        {
            _timedIndex = index;
            _timedAtNs = nowNs;
        }
    }

    /// <summary>Sets the timer for what is under way, unless it runs already.</summary>
    public void ArmResend(long nowNs, long delayNs, long maxDelayNs)
    {
        if (HasUnacknowledged && ResendAtNs == long.MaxValue)
        {
            ResendAtNs = nowNs + Math.Min(delayNs << _resends, maxDelayNs);
        }
    }

    /// <summary>The timer ran out: what is unacknowledged goes again, later each time.</summary>
    public void ResendAll()
    {
        ResendAtNs = long.MaxValue;
        ResendUntil = Next - 1;
        ResendIsDue = true;
        _resends = Math.Min(_resends + 1, MaxResendDoublings);

        // What is sent twice is not measured: nobody could tell which of the two was acknowledged.
        _timedIndex = 0;
    }

    /// <summary>The member holds entries from an index on and misses those before: they go again, once for each gap.</summary>
    public void FillGap(long heldFrom)
    {
        if (_gapFilledAt != Match)
        {
            _gapFilledAt = Match;
            ResendUntil = Math.Max(ResendUntil, Math.Min(heldFrom, Next) - 1);
            ResendIsDue = ResendUntil > Match;
            _timedIndex = 0;
        }
    }

    private void Settle()
    {
        Window.Clear();
        ResendUntil = 0;
        ResendIsDue = false;
        ResendAtNs = long.MaxValue;
        _resends = 0;
        _gapFilledAt = -1;
        _timedIndex = 0;
    }
}
