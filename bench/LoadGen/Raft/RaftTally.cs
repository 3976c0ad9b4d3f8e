namespace LoadGen.Raft;

/// <summary>Attempts that did not succeed and were made again, by reason. For any thread.</summary>
internal sealed class RaftTally
{
    private long _notLeader;
    private long _unknown;
    private long _unreachable;
    private long _refused;

    public long NotLeader => Interlocked.Read(ref _notLeader);

    /// <summary>The command may have been applied: made again, it may be applied twice.</summary>
    public long Unknown => Interlocked.Read(ref _unknown);

    public long Unreachable => Interlocked.Read(ref _unreachable);

    /// <summary>Overloaded, disk full, not open yet.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public void CountNotLeader() => Interlocked.Increment(ref _notLeader);

    public void CountUnknown() => Interlocked.Increment(ref _unknown);

    public void CountUnreachable() => Interlocked.Increment(ref _unreachable);

    public void CountRefused() => Interlocked.Increment(ref _refused);
}
