namespace Consensus.Core;

/// <summary>
/// Reads on their way to an answer. They wait until a round can be begun for them, are in it together until a quorum has
/// answered, and then wait until the index that they got has been applied here. On a follower the round is a request to
/// the leader. One round is under way at a time: whatever comes meanwhile shares the next.
/// </summary>
internal sealed class ReadQueue(int maxReads)
{
    private readonly List<ConfirmedRead> _confirmed = [];
    private List<PendingRead> _waiting = [];
    private List<PendingRead> _inRound = [];
    private long _round;
    private long _index;

    public bool HasConfirmed => _confirmed.Count > 0;

    public bool HasWaiting => _waiting.Count > 0;

    public bool IsRoundUnderWay => _inRound.Count > 0;

    /// <summary>The round, or on a follower the request, that is under way.</summary>
    public long Round => _round;

    public bool IsFull => _waiting.Count + _inRound.Count + _confirmed.Count >= maxReads;

    public bool IsEmpty => _waiting.Count + _inRound.Count + _confirmed.Count == 0;

    public void Add(PendingRead read) => _waiting.Add(read);

    /// <summary>Whether a follower's batch is here already: it asks again when it hears nothing.</summary>
    public bool Contains(PendingRead read) => _waiting.Contains(read) || _inRound.Contains(read);

    /// <summary>A read that needs no round: it rests on the lease of a term.</summary>
    public void AddConfirmed(long id, long index, long term) => _confirmed.Add(new ConfirmedRead(id, index, ReadMode.Lease, term));

    /// <summary>Everything that waits goes into a round, which will be answered with an index.</summary>
    public void BeginRound(long round, long index)
    {
        (_waiting, _inRound) = (_inRound, _waiting);
        _round = round;
        _index = index;
    }

    /// <summary>The round has succeeded. Followers' batches are handed back for an answer; own reads wait to be applied.</summary>
    public void EndRound(long term, List<PendingRead> forwarded, out long index)
    {
        index = _index;
        EndRound(_index, term, forwarded);
    }

    /// <summary>The request has been answered with an index.</summary>
    public void EndRound(long index, long term, List<PendingRead> forwarded)
    {
        foreach (var read in _inRound)
        {
            if (read.IsForwarded)
            {
                forwarded.Add(read);
            }
            else
            {
                _confirmed.Add(new ConfirmedRead(read.Id, index, ReadMode.ReadIndex, term));
            }
        }

        _inRound.Clear();
    }

    /// <summary>The round will not be answered: own reads wait for another, followers ask again by themselves.</summary>
    public void RepeatRound()
    {
        _waiting.InsertRange(0, _inRound);
        _ = _waiting.RemoveAll(r => r.IsForwarded);
        _inRound.Clear();
    }

    /// <summary>Takes out the own reads whose index has been applied.</summary>
    public void TakeReady(long appliedIndex, List<ConfirmedRead> ready)
    {
        int kept = 0;
        for (int at = 0; at < _confirmed.Count; at++)
        {
            var read = _confirmed[at];
            if (read.Index <= appliedIndex)
            {
                ready.Add(read);
            }
            else
            {
                _confirmed[kept++] = read;
            }
        }

        _confirmed.RemoveRange(kept, _confirmed.Count - kept);
    }

    /// <summary>Gives up on every own read without an index; followers ask again by themselves.</summary>
    public void GiveUp(List<long> abandoned)
    {
        foreach (var list in (ReadOnlySpan<List<PendingRead>>)[_inRound, _waiting])
        {
            foreach (var read in list)
            {
                if (!read.IsForwarded)
                {
                    abandoned.Add(read.Id);
                }
            }

            list.Clear();
        }
    }
}
