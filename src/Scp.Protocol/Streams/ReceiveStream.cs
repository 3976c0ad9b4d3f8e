namespace Scp.Protocol.Streams;

/// <summary>
/// The receiving half of a stream. Bytes come in any order, over several lanes, and again after a lane has died; the
/// first copy of a byte is kept. What is held lies between what was read and the credit granted, so the window bounds it.
/// </summary>
internal sealed class ReceiveStream
{
    private const int GrowthRoundTrips = 8;

    private readonly BlockWindow _data;
    private readonly RangeSet _ahead = new(StreamLimits.MaxRunsAhead);
    private readonly long _maxWindowBytes;
    private long _windowBytes;
    private long _measuredFrom;
    private long _measuredSinceNs;
    private bool _measuring;

    public ReceiveStream(BufferPool pool, long windowBytes, long maxWindowBytes)
    {
        _data = new BlockWindow(pool);
        _windowBytes = windowBytes;
        _maxWindowBytes = Math.Max(windowBytes, maxWindowBytes);
        Limit = windowBytes;
    }

    /// <summary>The offset that the peer may send to.</summary>
    public long Limit { get; private set; }

    /// <summary>Everything below has arrived.</summary>
    public long Contiguous { get; private set; }

    public long ReadOffset { get; private set; }

    public long ReadableBytes => Contiguous - ReadOffset;

    /// <summary>The end of the furthest chunk announced, which is what windows are charged with.</summary>
    public long Highest { get; private set; }

    /// <summary>Where the stream ends; -1 until that is known.</summary>
    public long FinalSize { get; private set; } = -1;

    /// <summary>The reader has taken everything and was told of the end.</summary>
    public bool IsFinished { get; private set; }

    public bool IsReset { get; private set; }

    public ErrorCode ResetCode { get; private set; }

    /// <summary>This side wants no more: whatever arrives counts as read.</summary>
    public bool IsStopped { get; private set; }

    public ErrorCode StopCode { get; private set; }

    public bool IsStopConfirmed { get; set; }

    /// <summary>The peer is known to have learnt that the end was reached.</summary>
    public bool IsFinalAckConfirmed { get; set; }

    /// <summary>What a StreamAck says now.</summary>
    public long AckValue => Contiguous + (IsFinished ? 1 : 0);

    /// <summary>What the last StreamAck said.</summary>
    public long LastAckSent { get; set; }

    public bool IsOver => IsReset || IsFinished;

    public bool IsDone => IsReset || (IsFinished && IsFinalAckConfirmed);

    /// <summary>A quarter of a window or more could be granted that is not.</summary>
    public bool IsCreditDue => WantsCredit && ReadOffset + _windowBytes - Limit >= Math.Max(1, _windowBytes / 4);

    /// <summary>False once no further credit can be of use to the peer.</summary>
    public bool WantsCredit => !IsStopped && !IsReset && FinalSize < 0;

    /// <summary>Judges a chunk by its header; nothing is changed.</summary>
    public ErrorCode Check(long offset, int length, bool fin)
    {
        if (offset > Limit - length)
        {
            return ErrorCode.CreditExceeded;
        }

        long end = offset + length;
        bool conflicts = FinalSize >= 0 ? end > FinalSize || (fin && end != FinalSize) : fin && end < Highest;
        return conflicts ? ErrorCode.ProtocolViolation : ErrorCode.None;
    }

    /// <summary>Takes note of a chunk that was found good, before any of its data.</summary>
    public void Announce(long end, bool fin)
    {
        Highest = Math.Max(Highest, end);
        if (fin)
        {
            FinalSize = end;
        }
    }

    /// <summary>Stores bytes of an announced chunk; false when they would leave too many gaps.</summary>
    public bool TryStore(long offset, ReadOnlySpan<byte> data)
    {
        long end = offset + data.Length;
        if (end <= Contiguous)
        {
            return true;
        }

        if (offset <= Contiguous && _ahead.Count == 0)
        {
            _data.CopyIn(Contiguous, data[(int)(Contiguous - offset)..]);
            Contiguous = end;
            return true;
        }

        return TryStoreAroundGaps(offset, data);
    }

    private bool TryStoreAroundGaps(long offset, ReadOnlySpan<byte> data)
    {
        long end = offset + data.Length;
        long from = Math.Max(offset, Contiguous);
        long start = from;
        while (_ahead.TryFindGap(ref from, end, out long gapEnd))
        {
            _data.CopyIn(from, data[(int)(from - offset)..(int)(gapEnd - offset)]);
            from = gapEnd;
        }

        if (!_ahead.TryAdd(start, end))
        {
            return false;
        }

        if (_ahead.First.Start == Contiguous)
        {
            Contiguous = _ahead.First.End;
            _ahead.RemoveFirst();
        }

        return true;
    }

    /// <summary>The bytes that can be read next, as far as they lie together.</summary>
    public ReadOnlySpan<byte> Peek() => _data.Peek(ReadOffset, ReadableBytes);

    public void CopyOut(Span<byte> destination) => _data.CopyOut(ReadOffset, destination);

    /// <summary>The reader has taken this many bytes, which are no more than were readable.</summary>
    public void Advance(long count, long nowNs, long rttNs)
    {
        ReadOffset += count;
        _data.Release(ReadOffset);
        if (ReadOffset == Contiguous && _ahead.Count == 0)
        {
            _data.ReleaseAll();
        }

        Measure(nowNs, rttNs);
    }

    /// <summary>
    /// A reader that empties a whole window in a few round trips may be held up by the window rather than by itself: the
    /// window doubles. On a clean path two round trips would tell; but where packets are lost, TCP keeps back what follows
    /// a loss for one or two more, on each of the lanes in turn.
    /// </summary>
    private void Measure(long nowNs, long rttNs)
    {
        if (!_measuring)
        {
            _measuring = true;
            _measuredFrom = ReadOffset;
            _measuredSinceNs = nowNs;
        }
        else if (ReadOffset - _measuredFrom >= _windowBytes)
        {
            if (nowNs - _measuredSinceNs < GrowthRoundTrips * rttNs)
            {
                _windowBytes = Math.Min(2 * _windowBytes, _maxWindowBytes);
            }

            _measuredFrom = ReadOffset;
            _measuredSinceNs = nowNs;
        }
    }

    /// <summary>Raises the limit to what the reader has made room for.</summary>
    public long Grant() => Limit = Math.Max(Limit, ReadOffset + _windowBytes);

    /// <summary>True once, when the reader has just reached the end.</summary>
    public bool TryFinish()
    {
        if (IsOver || FinalSize != ReadOffset)
        {
            return false;
        }

        IsFinished = true;
        return true;
    }

    public bool TryStop(ErrorCode code)
    {
        if (IsStopped || IsOver)
        {
            return false;
        }

        IsStopped = true;
        StopCode = code;
        return true;
    }

    /// <summary>Judges a reset that names the end of what was sent; nothing is changed.</summary>
    public ErrorCode CheckReset(long finalSize)
    {
        if (finalSize < Highest || (FinalSize >= 0 && finalSize != FinalSize))
        {
            return ErrorCode.ProtocolViolation;
        }

        return finalSize > Limit ? ErrorCode.CreditExceeded : ErrorCode.None;
    }

    /// <summary>Drops what was not read. The owner settles the windows first.</summary>
    public void Reset(long finalSize, ErrorCode code)
    {
        IsReset = true;
        ResetCode = code;
        FinalSize = Highest = finalSize;
        _ahead.Clear();
        _data.ReleaseAll();
        ReadOffset = Contiguous;
    }
}
