namespace Consensus.Log;

/// <summary>
/// A group's log as far as its owner has been told: it changes when a <see cref="LogBatch"/> is completed, and at no other
/// time. The owner's thread alone calls it. Only where entries lie may change by the writer's hand, when it moves them out
/// of an old segment; the lock is for that.
/// </summary>
public sealed class GroupLog : IGroupLogReader
{
    private readonly NodeLog _node;
    private readonly PublishedRuns _runs = new();

    /// <summary>Moves of entries that the owner has not been told of yet, or still sees more of than was moved; in order.</summary>
    private List<(EntryRun From, EntryRun To)>? _lateMoves;

    private int _pendingWrites;
    private bool _isRemoved;

    internal GroupLog(NodeLog node, GroupState state)
    {
        _node = node;
        State = state;
        state.Owner = this;
        Snapshot = state.Mark;
        for (int i = 0; i < state.Runs.Count; i++)
        {
            state.Runs[i].Segment.AddReference();
            _runs.Append(state.Runs[i]);
        }

        HardState = state.HardState;
    }

    public GroupId Group => State.Id;

    public SnapshotMark Snapshot { get; private set; }

    public HardState HardState { get; private set; }

    public long LastIndex => _runs.IsEmpty ? Snapshot.Index : _runs.LastIndex;

    internal GroupState State { get; }

    internal int Refusals { get; private set; }

    public bool TryGetTerm(long index, out long term)
    {
        if (index == Snapshot.Index)
        {
            term = Snapshot.Term;
            return true;
        }

        bool isHeld = _runs.TryFind(index, out int at);
        term = isHeld ? _runs[at].Term : 0;
        return isHeld;
    }

    /// <inheritdoc/>
    /// <exception cref="LogCorruptException">What is on disk is not what was written: the node must stop.</exception>
    /// <exception cref="LogDiskException">The disk does not give it back: the node must stop.</exception>
    public void Read(long fromIndex, long untilIndex, int maxBytes, List<Entry> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (fromIndex <= Snapshot.Index || fromIndex >= untilIndex || untilIndex > LastIndex + 1)
        {
            ThrowOutside(fromIndex, untilIndex);
        }

        var limit = new ReadLimit(maxBytes);
        while (fromIndex < untilIndex && !limit.IsReached)
        {
            EntryRun run = Borrow(fromIndex);
            try
            {
                fromIndex += _node.Reader.Read(run, fromIndex, untilIndex, ref limit, into);
            }
            catch (Exception e) when (e is LogCorruptException or LogDiskException)
            {
                _node.OnReadFailed(e);
                throw;
            }
            finally
            {
                run.Segment.RemoveReference();
            }
        }
    }

    internal void RequireSize(int bytes, string what)
    {
        if (bytes > _node.Options.MaxEntryBytes)
        {
            throw new ArgumentException($"{what} of {Group} has {bytes} bytes; the log takes at most {_node.Options.MaxEntryBytes}.");
        }
    }

    internal void OnSubmitted()
    {
        if (_isRemoved)
        {
            throw new InvalidOperationException($"{Group} is being removed from the log: complete that before the group is opened anew.");
        }

        _pendingWrites++;
    }

    internal void OnRemovalSubmitted() => _isRemoved = true;

    /// <summary>The owner takes in what has been written for it.</summary>
    internal void Publish(GroupWrite write)
    {
        _pendingWrites--;
        Refusals += write.AreEntriesRefused ? 1 : 0;
        HardState = write.WrittenHardState ?? HardState;
        Snapshot = write.Mark ?? Snapshot;
        long cachedAt = write.Runs.Count > 0 ? _node.Cache.Add(write.EntryList) : EntryRun.NotCached;
        lock (_runs)
        {
            PublishRuns(write, cachedAt);
            MakeLateMoves();
        }

        if (write.IsRemoval)
        {
            HardState = default;
            Snapshot = default;
            _node.Forget(this);
        }
    }

    /// <summary>The writer has copied entries, durably, and everyone is to use the copy from now on. On the writer's thread.</summary>
    internal void OnMoved(in EntryRun from, in EntryRun to)
    {
        lock (_runs)
        {
            if (!_runs.TryMove(from, to))
            {
                (_lateMoves ??= []).Add((from, to));
            }
        }
    }

    private static void ThrowOutside(long fromIndex, long untilIndex) =>
        throw new InvalidOperationException($"Entries {fromIndex} up to {untilIndex} are not all in the log.");

    private void PublishRuns(GroupWrite write, long cachedAt)
    {
        if (write.IsRemoval || write.DropsAll)
        {
            _runs.Clear();
        }
        else if (write.Mark is { } mark)
        {
            _runs.DropThrough(mark.Index);
        }

        if (write.Runs.Count == 0)
        {
            return;
        }

        // The writer took the references when it wrote the runs; they pass to this log.
        _runs.CutFrom(write.Runs[0].FirstIndex);
        foreach (EntryRun run in write.Runs)
        {
            _runs.Append(run with { CachedAt = cachedAt });
            cachedAt += cachedAt == EntryRun.NotCached ? 0 : run.Count;
        }
    }

    private void MakeLateMoves()
    {
        if (_lateMoves is null)
        {
            return;
        }

        for (int i = 0; i < _lateMoves.Count;)
        {
            (EntryRun from, EntryRun to) = _lateMoves[i];
            if (_runs.TryMove(from, to))
            {
                _lateMoves.RemoveAt(i);
            }
            else
            {
                i++;
            }
        }

        // With nothing on its way, owner and writer see the same: what was not found here has gone.
        if (_pendingWrites == 0)
        {
            _lateMoves = null;
        }
    }

    /// <summary>The run that holds an index, with a reference to its segment.</summary>
    private EntryRun Borrow(long index)
    {
        lock (_runs)
        {
            if (!_runs.TryFind(index, out int at))
            {
                ThrowOutside(index, index + 1);
            }

            EntryRun run = _runs[at];
            run.Segment.AddReference();
            return run;
        }
    }
}
