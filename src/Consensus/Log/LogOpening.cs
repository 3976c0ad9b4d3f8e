namespace Consensus.Log;

/// <summary>
/// Opens a log: finds its segments, proves that none is missing, reads all of them in, and finds the end.
///
/// The end is the first place without a valid batch of the number that is due. If any later batch is valid, then what is
/// missing had been durable, and the log is damaged. Otherwise it is what a crash left of a batch that nobody was told
/// of; the next batch is written over it, and what sticks out behind cannot be taken for a batch: it has neither the
/// number that is due nor a checksum for this place.
///
/// The last valid batch may be in the system's memory only, written by a process that died before its sync, or after its
/// sync had failed. It is written again, the same bytes, and synced, before anything in it counts.
/// </summary>
internal sealed class LogOpening(ILogDisk disk, LogOptions options, NodeId node)
{
    private readonly List<LogSegment> _found = [];
    private readonly BatchReader _reader = new();
    private readonly LogReplay _replay = new();
    private readonly byte[] _block = new byte[LogFormat.BlockBytes];

    private UInt128 _identity;
    private ulong _number;
    private ulong _oldestLive;
    private LogSegment? _lastBatchIn;
    private int _lastBatchAt;
    private bool _isLastBatchFinal;

    public NodeLog Run(UInt128 newIdentity, bool create)
    {
        // What an earlier process renamed and did not live to sync must not vanish once it counts.
        disk.SyncDirectory();
        ListFiles(out List<ulong> segmentIds, out List<ulong> spareIds);
        if (segmentIds.Count == 0)
        {
            if (!create)
            {
                throw new LogRefusedException($"There is no log of {node} here. If the node had one, it is lost, and the node with it: add a new node. A node that is new has to be opened with leave to make its log.");
            }

            return Create(newIdentity, spareIds);
        }

        try
        {
            return OpenFound(segmentIds, spareIds);
        }
        catch
        {
            foreach (LogSegment segment in _found)
            {
                segment.File.Dispose();
            }

            throw;
        }
    }

    private NodeLog Create(UInt128 identity, List<ulong> spareIds)
    {
        var segments = new SegmentSet(disk, options, node, identity) { OldestLive = 1 };
        try
        {
            AdoptSpares(segments, spareIds);
            segments.RequireReserve();
            while (segments.Restock(options.SegmentBytes))
            {
            }

            segments.Begin(1, 1);
            return new NodeLog(options, segments, 1, []);
        }
        catch
        {
            segments.Dispose();
            throw;
        }
    }

    private NodeLog OpenFound(List<ulong> segmentIds, List<ulong> spareIds)
    {
        OpenSegments(segmentIds);
        _number = _found[0].FirstBatch;
        bool isHeadUnused = false;
        for (int i = 0; i < _found.Count && !isHeadUnused; i++)
        {
            isHeadUnused = i + 1 < _found.Count ? ScanEnded(_found[i], _found[i + 1], i + 2 == _found.Count) : ScanHead(_found[i]);
        }

        RequireOldest();
        List<GroupState> groups = _replay.Finish();
        MakeLastBatchDurable();

        var segments = new SegmentSet(disk, options, node, _identity) { OldestLive = Math.Max(_oldestLive, _found[0].Id) };
        foreach (LogSegment segment in _found)
        {
            segments.Adopt(segment);
        }

        TidyUp(segments, spareIds, isHeadUnused);
        return new NodeLog(options, segments, _number, groups);
    }

    private void TidyUp(SegmentSet segments, List<ulong> spareIds, bool isHeadUnused)
    {
        AdoptSpares(segments, spareIds);
        if (isHeadUnused)
        {
            segments.RetireHead();
        }

        while (segments.Oldest.Id < segments.OldestLive)
        {
            if (segments.Oldest.LiveRecords > 0)
            {
                throw new LogCorruptException(segments.Oldest.Name, 0, "a batch says that nothing in this segment counts, yet something does");
            }

            segments.ReleaseOldest();
        }

        segments.TryReserve();
    }

    private static void AdoptSpares(SegmentSet segments, List<ulong> spareIds)
    {
        foreach (ulong id in spareIds)
        {
            segments.AdoptSpare(LogFormat.SpareName(id), id);
        }
    }

    private void ListFiles(out List<ulong> segmentIds, out List<ulong> spareIds)
    {
        segmentIds = [];
        spareIds = [];
        var names = new List<string>();
        disk.List(names);
        foreach (string name in names)
        {
            if (LogFormat.TryParseName(name, LogFormat.SegmentPrefix, out ulong id))
            {
                segmentIds.Add(id);
            }
            else if (LogFormat.TryParseName(name, LogFormat.SparePrefix, out id))
            {
                spareIds.Add(id);
            }
        }

        segmentIds.Sort();
        spareIds.Sort();
    }

    private void OpenSegments(List<ulong> ids)
    {
        for (int i = 0; i < ids.Count; i++)
        {
            if (i > 0 && ids[i] != ids[i - 1] + 1)
            {
                throw new LogCorruptException(LogFormat.SegmentName(ids[i - 1] + 1), 0, $"the segment is missing, though {LogFormat.SegmentName(ids[i])} is there");
            }

            OpenSegment(ids[i]);
        }
    }

    private void OpenSegment(ulong id)
    {
        string name = LogFormat.SegmentName(id);
        ILogFile file = disk.Open(name);
        try
        {
            if (file.SizeBytes is < 2 * LogFormat.BlockBytes or > LogOptions.MaxSegmentBytes)
            {
                throw new LogCorruptException(name, 0, $"a segment cannot have {file.SizeBytes} bytes");
            }

            SegmentHeader header = ReadHeader(name, file);
            if (header.SegmentId != id)
            {
                throw new LogCorruptException(name, 0, $"its header is that of segment {header.SegmentId}");
            }

            _identity = header.Identity;
            _found.Add(new LogSegment(id, name, header.FirstBatch, LogChecksum.SegmentSeed(_identity, id), file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private SegmentHeader ReadHeader(string name, ILogFile file)
    {
        file.ReadAt(0, _block);
        if (!SegmentHeader.TryParse(_block, out SegmentHeader header))
        {
            throw new LogCorruptException(name, 0, "its header does not match its checksum");
        }

        if (header.Version > LogFormat.Version)
        {
            throw new LogRefusedException($"The log file {name} is of version {header.Version}, and this program knows versions up to {LogFormat.Version}: use a newer program.");
        }

        if (header.Node != node)
        {
            throw new LogRefusedException($"The log file {name} belongs to {header.Node}, not to {node}: check the node's id and its directory.");
        }

        if (_found.Count > 0 && header.Identity != _identity)
        {
            throw new LogRefusedException($"The log file {name} is from another log of {node} than those before it: restore the directory as it was.");
        }

        return header;
    }

    /// <summary>
    /// A segment that another follows: all its batches must be there. Only the very last one, which does nothing but end the
    /// segment, may be missing where power failed right before it; then nothing is in the next segment, and true comes back.
    /// </summary>
    private bool ScanEnded(LogSegment segment, LogSegment next, bool isNextHead)
    {
        while (_number < next.FirstBatch)
        {
            if (TryTakeIn(segment))
            {
                continue;
            }

            bool isOnlyEndMissing = isNextHead && _number + 1 == next.FirstBatch
                && !_reader.TryFindLater(next, LogFormat.BlockBytes, next.FirstBatch, out _);
            if (!isOnlyEndMissing)
            {
                throw new LogCorruptException(segment.Name, segment.Position, $"batch {_number} is damaged or missing, though later ones were written");
            }

            RequireNothingLater(segment);
            return true;
        }

        return false;
    }

    private bool ScanHead(LogSegment segment)
    {
        while (TryTakeIn(segment))
        {
        }

        RequireNothingLater(segment);
        if (_lastBatchIn == segment && _isLastBatchFinal)
        {
            throw new LogCorruptException(LogFormat.SegmentName(segment.Id + 1), 0, $"the segment is missing, though {segment.Name} says that it was begun");
        }

        return false;
    }

    private void RequireNothingLater(LogSegment segment)
    {
        if (_reader.TryFindLater(segment, segment.Position, _number, out int foundAt))
        {
            throw new LogCorruptException(segment.Name, segment.Position, $"batch {_number} is damaged, though a later one at byte {foundAt} is not");
        }
    }

    private bool TryTakeIn(LogSegment segment)
    {
        if (!_reader.TryRead(segment, segment.Position, _number, out BatchHeader header, out ReadOnlySpan<byte> batch))
        {
            return false;
        }

        _replay.Apply(segment, segment.Position, batch);
        _oldestLive = header.OldestSegment;
        _lastBatchIn = segment;
        _lastBatchAt = segment.Position;
        _isLastBatchFinal = header.IsLast;
        segment.Position += LogFormat.RoundUp(header.Length);
        _number++;
        return true;
    }

    private void RequireOldest()
    {
        ulong first = _found[0].Id;
        bool isMissing = _lastBatchIn is null ? first > 1 : _oldestLive < first;
        if (isMissing)
        {
            throw new LogCorruptException(LogFormat.SegmentName(first - 1), 0, $"the segment is missing, though what is in it counted when {_found[^1].Name} was written");
        }
    }

    private void MakeLastBatchDurable()
    {
        if (_lastBatchIn is null)
        {
            return;
        }

        if (!_reader.TryRead(_lastBatchIn, _lastBatchAt, _number - 1, out BatchHeader header, out ReadOnlySpan<byte> batch))
        {
            throw new LogCorruptException(_lastBatchIn.Name, _lastBatchAt, "a batch changed while it was read");
        }

        _lastBatchIn.File.WriteAt(_lastBatchAt, batch[..header.Length]);
        _lastBatchIn.File.Sync();
    }
}
