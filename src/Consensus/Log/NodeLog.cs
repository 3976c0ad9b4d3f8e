namespace Consensus.Log;

/// <summary>
/// The write-ahead log of a node, shared by all its groups, so that one sync serves whatever all of them have queued.
///
/// Threads: one writer calls <see cref="Write(ReadOnlySpan{LogBatch})"/> and <see cref="CompactStep"/>. A group's owner fills and completes
/// batches and reads the group's <see cref="GroupLog"/>. Anyone may ask for groups and for the state of the log.
///
/// Durability: when a write returns, everything in it is on the medium, or stands as refused. When a write or a sync fails,
/// what is on the medium is unknown; the log then refuses everything, and the node has to stop. It never tries again.
/// </summary>
public sealed class NodeLog : IDisposable
{
    private readonly SegmentSet _segments;
    private readonly BatchWriter _batches;
    private readonly RecordWriter _records;
    private readonly LogRewriter _rewriter;
    private readonly List<GroupState> _written = [];
    private readonly Dictionary<GroupId, GroupLog> _groups = [];
    private readonly Lock _groupsLock = new();
    private volatile Exception? _failure;
    private volatile bool _isFull;

    internal NodeLog(LogOptions options, SegmentSet segments, ulong nextBatch, IEnumerable<GroupState> found)
    {
        Options = options;
        Cache = new EntryCache(options.CacheBytes);
        Reader = new RunReader(Cache);
        _segments = segments;
        _batches = new BatchWriter(segments, options, nextBatch);
        _records = new RecordWriter(_batches, options);
        _rewriter = new LogRewriter(segments, _batches, _records, options, _written);
        foreach (GroupState state in found)
        {
            Enlist(state);
            _groups.Add(state.Id, new GroupLog(this, state));
        }

        _isFull = segments.IsFull;
    }

    /// <summary>
    /// No reserve is left and none could be made: proposals are to be refused, while hard states, snapshot marks and
    /// removals still go through. It passes when space returns or compaction frees a segment; <see cref="CompactStep"/> looks.
    /// </summary>
    public bool IsFull => _isFull;

    public bool HasRoom => !_isFull;

    /// <summary>A write, a sync or a read has failed, and the log refuses everything.</summary>
    public bool HasFailed => _failure is not null;

    public LogOptions Options { get; }

    /// <summary>What tells this log from every other, drawn when it was made.</summary>
    public UInt128 Identity => _segments.Identity;

    internal EntryCache Cache { get; }

    internal RunReader Reader { get; }

    internal SegmentSet Segments => _segments;

    internal BatchWriter Batches => _batches;

    /// <summary>
    /// Opens the log of a node and reads it in. Only a node that never had one may pass <paramref name="create"/>: an empty
    /// directory under an old id means that votes and acknowledged entries are lost. The identity is for a log that is made,
    /// and must be random.
    /// </summary>
    /// <exception cref="LogRefusedException">There is no log, or it is another node's or a newer version's.</exception>
    /// <exception cref="LogCorruptException">What was durable cannot be read.</exception>
    /// <exception cref="LogDiskException">The disk failed, or has no room for a log.</exception>
    public static NodeLog Open(ILogDisk disk, LogOptions options, NodeId node, UInt128 newIdentity, bool create)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new LogOpening(disk, options, node).Run(newIdentity, create);
    }

    /// <summary>Adds the groups that the log holds, and those that were asked for, by ascending id.</summary>
    public void ListGroups(List<GroupId> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        lock (_groupsLock)
        {
            into.AddRange(_groups.Keys);
        }

        into.Sort(static (a, b) => a.Value.CompareTo(b.Value));
    }

    /// <summary>The log of a group, empty where nothing was written for it. Always the same one, until it is removed.</summary>
    public GroupLog OpenGroup(GroupId group)
    {
        lock (_groupsLock)
        {
            if (!_groups.TryGetValue(group, out GroupLog? log))
            {
                log = new GroupLog(this, new GroupState(group));
                _groups.Add(group, log);
            }

            return log;
        }
    }

    public void Write(LogBatch batch) => Write([batch]);

    /// <summary>Makes batches of several owners durable together. On the writer's thread.</summary>
    public void Write(ReadOnlySpan<LogBatch> batches)
    {
        ThrowIfFailed();
        try
        {
            foreach (LogBatch batch in batches)
            {
                batch.RequireFilled();
                for (int i = 0; i < batch.Count; i++)
                {
                    Encode(batch[i]);
                }
            }

            _batches.Flush();
        }
        catch (Exception e)
        {
            _failure = e;
            throw;
        }

        _isFull = _segments.IsFull;
        foreach (LogBatch batch in batches)
        {
            batch.OnWritten();
        }
    }

    /// <summary>
    /// Frees, rewrites and prepares segments, a few at a time: writes at most about this many bytes, and returns whether more
    /// can be done at once. On the writer's thread, between writes.
    /// </summary>
    public bool CompactStep(int budgetBytes)
    {
        ThrowIfFailed();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(budgetBytes);
        try
        {
            bool hasMore = _rewriter.Step(budgetBytes);
            bool isUnprepared = _segments.Restock(budgetBytes);
            _isFull = _segments.IsFull;
            return hasMore || isUnprepared;
        }
        catch (Exception e)
        {
            _failure = e;
            throw;
        }
    }

    /// <summary>Sizes, for whoever watches. On the writer's thread.</summary>
    public LogFigures Measure() =>
        new(_segments.Count, _segments.KeptBytes, _segments.LiveBytes, _batches.BatchCount, _batches.WrittenBytes);

    /// <summary>Closes the files. Nothing is left to write; the disk is the caller's.</summary>
    public void Dispose()
    {
        _failure ??= new ObjectDisposedException(nameof(NodeLog));
        _segments.Dispose();
    }

    /// <summary>A node that cannot read what it has acknowledged must not acknowledge more.</summary>
    internal void OnReadFailed(Exception failure) => _failure ??= failure;

    internal void Forget(GroupLog log)
    {
        lock (_groupsLock)
        {
            _groups.Remove(log.Group);
        }
    }

    private void Encode(GroupWrite write)
    {
        GroupState group = write.Log.State;
        if (write.IsRemoval)
        {
            EncodeRemoval(group, write);
            return;
        }

        Enlist(group);
        if (write.HardState is not null)
        {
            EncodeHardState(group, write);
        }

        if (write.Mark is { } mark)
        {
            EncodeMark(group, write, mark);
        }

        if (write.EntryList.Count > 0)
        {
            EncodeEntries(group, write);
        }

        // What came in between may have been what the commit index was waiting for.
        if (write.HardState is { } wanted && wanted.CommitIndex > group.HardState.CommitIndex && group.LastIndex > group.HardState.CommitIndex)
        {
            EncodeHardState(group, write);
        }
    }

    /// <summary>
    /// The term goes before the entries that it vouches for. The commit index must not: a crash in between would leave it
    /// pointing past the log, and whatever came there next would count as committed. It goes as far as the log does.
    /// </summary>
    private void EncodeHardState(GroupState group, GroupWrite write)
    {
        HardState wanted = write.HardState!.Value;
        var written = wanted with { CommitIndex = Math.Min(wanted.CommitIndex, group.LastIndex) };
        _records.WriteHardState(group, written, RecordFlags.None);
        write.WrittenHardState = written;
    }

    private void EncodeRemoval(GroupState group, GroupWrite write)
    {
        if (write.HardState is not null || write.Mark is not null || write.EntryList.Count > 0)
        {
            throw new InvalidOperationException($"The removal of {group.Id} carries something to write.");
        }

        _records.WriteRemoval(group);
        Delist(group);
    }

    private void EncodeMark(GroupState group, GroupWrite write, in SnapshotMark mark)
    {
        if (mark.Index < group.Mark.Index)
        {
            throw new InvalidOperationException($"The snapshot mark of {group.Id} would fall from {group.Mark.Index} to {mark.Index}.");
        }

        write.DropsAll = !group.HasTerm(mark.Index, mark.Term);
        LogSegment segment = _records.EncodeMark(group.Id, mark, write.DropsAll ? RecordFlags.DropsAll : RecordFlags.None);
        group.SetMark(mark, write.DropsAll, segment);
    }

    private void EncodeEntries(GroupState group, GroupWrite write)
    {
        if (write.SeenRefusals != group.Refusals || !_segments.HasRoomForEntries(write.EntryBytes + _batches.GatheredBytes))
        {
            write.AreEntriesRefused = true;
            group.Refusals++;
            return;
        }

        long first = write.EntryList[0].Index;
        if (first <= group.Mark.Index || first > group.LastIndex + 1)
        {
            throw new InvalidOperationException($"Entry {first} of {group.Id} does not connect to a log that goes from {group.Mark.Index + 1} to {group.LastIndex}.");
        }

        _records.WriteEntries(group, write.EntryList, write.Runs);
    }

    private void Enlist(GroupState group)
    {
        if (group.Slot == GroupState.NoSlot)
        {
            group.Slot = _written.Count;
            _written.Add(group);
        }
    }

    private void Delist(GroupState group)
    {
        if (group.Slot != GroupState.NoSlot)
        {
            GroupState last = _written[^1];
            _written[group.Slot] = last;
            last.Slot = group.Slot;
            _written.RemoveAt(_written.Count - 1);
            group.Slot = GroupState.NoSlot;
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw new InvalidOperationException("The log has failed and writes nothing more; the node must stop.", failure);
        }
    }
}
