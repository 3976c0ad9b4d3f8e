namespace Consensus.Log;

/// <summary>
/// The files: segments in the order of their ids, without gaps, and spares. Segments are released from the oldest on and
/// only so: what replaces or removes something always lies after it, and so never goes before it.
///
/// Every change of names is synced by itself before anything builds on it, so that a crash leaves the names of one moment.
/// The last spare is the reserve: once it has become the newest segment and no other could be made, the log is full.
/// </summary>
internal sealed class SegmentSet(ILogDisk disk, LogOptions options, NodeId node, UInt128 identity) : IDisposable
{
    private static readonly byte[] Zeros = new byte[1024 * 1024];

    private readonly List<LogSegment> _kept = [];
    private readonly List<Spare> _spares = [];
    private readonly byte[] _headerBlock = new byte[LogFormat.BlockBytes];
    private ulong _nextSpare = 1;

    public int Count => _kept.Count;

    public LogSegment Oldest => _kept[0];

    public LogSegment Head => _kept[^1];

    public LogSegment this[int at] => _kept[at];

    public bool IsFull => _spares.Count == 0;

    /// <summary>Segments before it hold nothing that counts; batches say so from the moment it is set.</summary>
    public ulong OldestLive { get; set; }

    public UInt128 Identity => identity;

    public long KeptBytes
    {
        get
        {
            long bytes = 0;
            foreach (LogSegment segment in _kept)
            {
                bytes += segment.SizeBytes;
            }

            return bytes;
        }
    }

    public long LiveBytes
    {
        get
        {
            long bytes = 0;
            foreach (LogSegment segment in _kept)
            {
                bytes += segment.LiveBytes;
            }

            return bytes;
        }
    }

    /// <summary>Takes in what was found when the log was opened, oldest first.</summary>
    public void Adopt(LogSegment segment) => _kept.Add(segment);

    /// <summary>Takes in a spare file that was found when the log was opened: one of the right size is kept, others go.</summary>
    public void AdoptSpare(string name, ulong number)
    {
        _nextSpare = Math.Max(_nextSpare, number + 1);
        if (_spares.Count < options.MaxSpareSegments)
        {
            ILogFile file = disk.Open(name);
            if (file.SizeBytes == options.SegmentBytes)
            {
                _spares.Add(new Spare(name, file) { ReadyBytes = file.SizeBytes });
                return;
            }

            file.Dispose();
        }

        disk.Delete(name);
        disk.SyncDirectory();
    }

    /// <summary>Whether entries of this many bytes fit, with half a segment left for what must go through on a full disk.</summary>
    public bool HasRoomForEntries(long bytes)
    {
        while (AvailableBytes - (options.SegmentBytes / 2) < bytes)
        {
            if (!TryAddSpare())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Makes the next segment, durable in name and header, and the head from here on. The first call makes the first one.
    /// </summary>
    public void Begin(ulong id, ulong firstBatch)
    {
        RequireReserve();
        Spare spare = _spares[^1];
        new SegmentHeader(LogFormat.Version, node, identity, id, firstBatch).Format(_headerBlock);
        spare.File.WriteAt(0, _headerBlock);
        spare.File.Sync();
        string name = LogFormat.SegmentName(id);
        disk.Rename(spare.Name, name);
        disk.SyncDirectory();
        _spares.RemoveAt(_spares.Count - 1);
        _kept.Add(new LogSegment(id, name, firstBatch, LogChecksum.SegmentSeed(identity, id), spare.File));
        TryReserve();
    }

    /// <summary>Makes the reserve where there is none, if the disk has room for it.</summary>
    public void TryReserve()
    {
        if (IsFull)
        {
            TryAddSpare();
        }
    }

    public void RequireReserve()
    {
        if (IsFull)
        {
            AddSpare();
        }
    }

    /// <summary>Turns the oldest segment into a spare, or gives its space back. Batches already say that it does not count.</summary>
    public void ReleaseOldest()
    {
        Retire(_kept[0]);
        _kept.RemoveAt(0);
    }

    /// <summary>Takes back the newest segment, into which nothing was ever written.</summary>
    public void RetireHead()
    {
        Retire(_kept[^1]);
        _kept.RemoveAt(_kept.Count - 1);
    }

    /// <summary>
    /// Makes the reserve where there is none, and writes zeros over blocks that were never written: the file system would
    /// otherwise log for each first write that the block now counts, which doubles the time of a sync. True while there is
    /// more to do.
    /// </summary>
    public bool Restock(int budgetBytes)
    {
        TryReserve();
        if (IsFull)
        {
            return false;
        }

        Spare spare = _spares[^1];
        if (spare.ReadyBytes == spare.File.SizeBytes)
        {
            return false;
        }

        long until = Math.Min(spare.File.SizeBytes, spare.ReadyBytes + budgetBytes);
        while (spare.ReadyBytes < until)
        {
            int count = (int)Math.Min(Zeros.Length, until - spare.ReadyBytes);
            spare.File.WriteAt(spare.ReadyBytes, Zeros.AsSpan(0, count));
            spare.ReadyBytes += count;
        }

        spare.File.Sync();
        return spare.ReadyBytes < spare.File.SizeBytes;
    }

    public void Dispose()
    {
        foreach (LogSegment segment in _kept)
        {
            segment.File.Dispose();
        }

        foreach (Spare spare in _spares)
        {
            spare.File.Dispose();
        }
    }

    private long AvailableBytes => Math.Max(0, Head.RoomBytes) + ((long)_spares.Count * (options.SegmentBytes - (2 * LogFormat.BlockBytes)));

    private bool TryAddSpare()
    {
        try
        {
            AddSpare();
            return true;
        }
        catch (LogDiskException e) when (e.IsOutOfSpace)
        {
            return false;
        }
    }

    private void AddSpare()
    {
        string name = LogFormat.SpareName(_nextSpare);
        _spares.Add(new Spare(name, disk.Create(name, options.SegmentBytes)));
        _nextSpare++;
    }

    private void Retire(LogSegment segment)
    {
        if (_spares.Count < options.MaxSpareSegments && segment.SizeBytes == options.SegmentBytes)
        {
            string name = LogFormat.SpareName(_nextSpare++);
            disk.Rename(segment.Name, name);
            _spares.Add(new Spare(name, segment.File) { ReadyBytes = segment.SizeBytes });
        }
        else
        {
            disk.Delete(segment.Name);
            segment.File.Dispose();
        }

        disk.SyncDirectory();
    }

    private sealed class Spare(string name, ILogFile file)
    {
        public string Name => name;

        public ILogFile File => file;

        /// <summary>Up to where every block has been written once.</summary>
        public long ReadyBytes { get; set; }
    }
}
