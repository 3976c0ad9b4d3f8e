namespace Consensus.Log;

/// <summary>Reads batches of segments through a window, so that small ones cost no call each.</summary>
internal sealed class BatchReader
{
    private const int WindowBytes = 1024 * 1024;

    private byte[] _window = [];
    private LogSegment? _segment;
    private int _start;
    private int _length;

    /// <summary>
    /// The batch at a position, if a valid one of this number is there. The bytes hold until the next call.
    /// </summary>
    public bool TryRead(LogSegment segment, int position, ulong number, out BatchHeader header, out ReadOnlySpan<byte> batch)
    {
        batch = default;
        return TryParse(segment, position, out header) && header.Number == number && TryVerify(segment, position, header.Length, out batch);
    }

    /// <summary>
    /// Whether a valid batch of this number or a later one lies at a position or anywhere after it. A batch is written after
    /// all before it are durable, so such a batch proves that what is missing before it was there.
    /// </summary>
    public bool TryFindLater(LogSegment segment, int position, ulong number, out int foundAt)
    {
        for (foundAt = position; foundAt < segment.SizeBytes; foundAt += LogFormat.BlockBytes)
        {
            if (TryParse(segment, foundAt, out BatchHeader header) && header.Number >= number && TryVerify(segment, foundAt, header.Length, out _))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryParse(LogSegment segment, int position, out BatchHeader header)
    {
        header = default;
        return position <= segment.SizeBytes - LogFormat.BlockBytes
            && BatchHeader.TryParse(Get(segment, position, LogFormat.BlockBytes), out header);
    }

    private bool TryVerify(LogSegment segment, int position, int length, out ReadOnlySpan<byte> batch)
    {
        batch = default;
        if (length > segment.SizeBytes - position)
        {
            return false;
        }

        batch = Get(segment, position, length);
        return BatchHeader.Verify(batch, segment.Seed);
    }

    private ReadOnlySpan<byte> Get(LogSegment segment, int position, int bytes)
    {
        if (segment != _segment || position < _start || position + bytes > _start + _length)
        {
            if (_window.Length < bytes)
            {
                _window = new byte[Math.Max(LogFormat.RoundUp(bytes), Math.Min(WindowBytes, segment.SizeBytes))];
            }

            _segment = segment;
            _start = position;
            _length = Math.Min(_window.Length, segment.SizeBytes - position);
            segment.File.ReadAt(position, _window.AsSpan(0, _length));
        }

        return _window.AsSpan(position - _start, bytes);
    }
}
