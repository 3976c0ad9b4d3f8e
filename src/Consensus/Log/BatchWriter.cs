namespace Consensus.Log;

/// <summary>
/// Gathers records into a batch in one buffer and makes it durable with one write and one sync. A batch is synced before
/// the next is written, so that at most one, the last, can be torn; a valid batch proves all before it.
/// </summary>
internal sealed class BatchWriter(SegmentSet segments, LogOptions options, ulong nextBatch)
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(options.MaxBatchBytes, pinned: true);
    private int _length = BatchHeader.Size;

    /// <summary>Batches written, those that end a segment included.</summary>
    public long BatchCount { get; private set; }

    public long WrittenBytes { get; private set; }

    /// <summary>Bytes gathered and not yet written.</summary>
    public int GatheredBytes => _length - BatchHeader.Size;

    /// <summary>
    /// Room for a record, and where it will lie. If it does not fit into the batch, the batch is written first. Records are
    /// durable once <see cref="Flush"/> has returned.
    /// </summary>
    public Span<byte> Take(int recordBytes, out LogSegment segment, out int offset)
    {
        if (_length + recordBytes > Math.Min(_buffer.Length, segments.Head.RoomBytes))
        {
            Flush();
            if (_length + recordBytes > segments.Head.RoomBytes)
            {
                Rotate();
            }
        }

        segment = segments.Head;
        offset = segment.Position + _length;
        Span<byte> record = _buffer.AsSpan(_length, recordBytes);
        _length += recordBytes;
        return record;
    }

    public void Flush()
    {
        if (_length > BatchHeader.Size)
        {
            WriteBatch(segments.Head, isLast: false);
        }
    }

    /// <summary>Writes a batch even if it holds nothing, for what its header says.</summary>
    public void FlushHeader()
    {
        if (segments.Head.RoomBytes < LogFormat.BlockBytes)
        {
            Rotate();
        }

        WriteBatch(segments.Head, isLast: false);
    }

    /// <summary>
    /// The next segment is there before the old one is ended with a batch that says so: from then on it can be missed. If
    /// power fails in between, nothing is in the new one, and opening takes it back.
    /// </summary>
    private void Rotate()
    {
        LogSegment ended = segments.Head;
        segments.Begin(ended.Id + 1, nextBatch + 1);
        WriteBatch(ended, isLast: true);
    }

    private void WriteBatch(LogSegment segment, bool isLast)
    {
        int padded = LogFormat.RoundUp(_length);
        _buffer.AsSpan(_length, padded - _length).Clear();
        new BatchHeader(nextBatch, _length, isLast, segments.OldestLive).Seal(_buffer, segment.Seed);
        segment.File.WriteAt(segment.Position, _buffer.AsSpan(0, padded));
        segment.File.Sync();
        segment.Position += padded;
        nextBatch++;
        BatchCount++;
        WrittenBytes += padded;
        _length = BatchHeader.Size;
    }
}
