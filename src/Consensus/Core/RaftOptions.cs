namespace Consensus.Core;

/// <summary>How the replicas of a group behave, and every limit of theirs by name. Immutable.</summary>
/// <remarks>
/// <see cref="MaxElectionTimeoutNs"/> is an agreement among all replicas of all groups: a restarted one keeps still for so
/// long because it no longer knows what it promised. It may be raised; to lower it, first let every process restart.
/// </remarks>
public sealed record RaftOptions
{
    private const long NsPerMs = 1_000_000;

    /// <summary>No election timeout is shorter: it must outlast a slow disk write and a scheduler's whim.</summary>
    public long MinElectionTimeoutNs { get; init; } = 300 * NsPerMs;

    /// <summary>No election timeout is longer, and so no promise.</summary>
    public long MaxElectionTimeoutNs { get; init; } = 3_000 * NsPerMs;

    /// <summary>An election timeout is so many round trips to a quorum and to the leader, within the two limits.</summary>
    public int ElectionRoundTrips { get; init; } = 10;

    /// <summary>So many heartbeats fit into an election timeout: all but one may be lost before anybody doubts the leader.</summary>
    public int HeartbeatsPerTimeout { get; init; } = 5;

    /// <summary>
    /// More time than this between two looks at the clock is a jump. It must be well below the part of an election timeout
    /// by which a lease is shorter than the promises it rests on. An awake replica asks to be stepped twice as often.
    /// </summary>
    public long MaxClockStepNs { get; init; } = 40 * NsPerMs;

    /// <summary>The round trip assumed while none has been measured.</summary>
    public long DefaultRoundTripNs { get; init; } = 1 * NsPerMs;

    /// <summary>Entries without an acknowledgement are not sent again sooner, however short the round trip: a disk takes its time.</summary>
    public long MinResendNs { get; init; } = 20 * NsPerMs;

    /// <summary>Data in one append; a single entry may be larger.</summary>
    public int MaxAppendBytes { get; init; } = 64 * 1024;

    /// <summary>Entries in one append.</summary>
    public int MaxAppendEntries { get; init; } = 1024;

    /// <summary>Appends sent to one follower and not acknowledged.</summary>
    public int MaxInflightAppends { get; init; } = 256;

    /// <summary>Data sent to one follower and not acknowledged: the rate to it times the round trip.</summary>
    public long MaxInflightBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Data of earlier, unacknowledged entries that an append repeats, so that the loss of one datagram costs no round trip.
    /// Zero, on paths that lose nothing, sends everything once.
    /// </summary>
    public int RepeatTailBytes { get; init; }

    /// <summary>How far ahead of a gap a follower holds entries.</summary>
    public int MaxHeldEntries { get; init; } = 1024;

    /// <summary>How much data of entries ahead of a gap it holds.</summary>
    public long MaxHeldBytes { get; init; } = 1024 * 1024;

    /// <summary>Data of one entry.</summary>
    public int MaxEntryBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Data proposed and not yet committed; beyond it a leader refuses.</summary>
    public long MaxUncommittedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Proposals whose outcome is not yet known; beyond it a leader refuses.</summary>
    public int MaxPendingProposals { get; init; } = 16 * 1024;

    /// <summary>Reads that wait, those forwarded by followers included; beyond it they are refused.</summary>
    public int MaxPendingReads { get; init; } = 16 * 1024;

    /// <summary>Log writes handed out and not yet reported durable.</summary>
    public int MaxWritesInFlight { get; init; } = 8;

    /// <summary>Committed data handed out and not yet reported applied; a single entry may be larger.</summary>
    public int MaxApplyBytesInFlight { get; init; } = 4 * 1024 * 1024;

    /// <summary>Data kept in memory for followers that are a little behind; beyond it they are served from the log.</summary>
    public long MaxCachedBytes { get; init; } = 1024 * 1024;

    /// <summary>With nothing to do for this long, a group goes to sleep. Zero: it never does.</summary>
    public long SleepAfterNs { get; init; } = 5_000 * NsPerMs;

    /// <summary>Null when the options can be used, else what to change.</summary>
    public string? Validate()
    {
        if (MinElectionTimeoutNs <= 0 || MaxElectionTimeoutNs < MinElectionTimeoutNs)
        {
            return $"MinElectionTimeoutNs is {MinElectionTimeoutNs} and MaxElectionTimeoutNs {MaxElectionTimeoutNs}; the first must be positive and not above the second.";
        }

        // A jump may cost a follower's promise one step unnoticed; the lease's margin must cover that and drifting clocks.
        long maxStepNs = MinElectionTimeoutNs / 7;
        if (MaxClockStepNs <= 1 || MaxClockStepNs > maxStepNs)
        {
            return $"MaxClockStepNs is {MaxClockStepNs}; it must be positive and at most a seventh of MinElectionTimeoutNs ({maxStepNs}).";
        }

        if (HeartbeatsPerTimeout < 2 || ElectionRoundTrips < 2)
        {
            return $"HeartbeatsPerTimeout is {HeartbeatsPerTimeout} and ElectionRoundTrips {ElectionRoundTrips}; both must be at least 2.";
        }

        if (DefaultRoundTripNs <= 0 || MinResendNs <= 0 || SleepAfterNs < 0 || RepeatTailBytes < 0)
        {
            return $"DefaultRoundTripNs ({DefaultRoundTripNs}) and MinResendNs ({MinResendNs}) must be positive, SleepAfterNs ({SleepAfterNs}) and RepeatTailBytes ({RepeatTailBytes}) not negative.";
        }

        if (MaxAppendEntries is < 1 or > RaftMessageCodec.MaxEntries || MaxEntryBytes is < 1 or > RaftMessageCodec.MaxEntryBytes)
        {
            return $"MaxAppendEntries is {MaxAppendEntries} and MaxEntryBytes {MaxEntryBytes}; a message carries 1 to {RaftMessageCodec.MaxEntries} entries of at most {RaftMessageCodec.MaxEntryBytes} bytes.";
        }

        long least = Math.Min(Math.Min(MaxHeldBytes, MaxInflightBytes), Math.Min(MaxUncommittedBytes, MaxCachedBytes));
        int fewest = Math.Min(Math.Min(MaxAppendBytes, MaxApplyBytesInFlight), Math.Min(MaxInflightAppends, MaxHeldEntries));
        fewest = Math.Min(fewest, Math.Min(Math.Min(MaxPendingProposals, MaxPendingReads), MaxWritesInFlight));
        return least < 1 || fewest < 1 ? "Every limit (Max…) must be at least 1." : null;
    }
}
