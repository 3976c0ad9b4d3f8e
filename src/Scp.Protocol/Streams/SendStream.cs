namespace Scp.Protocol.Streams;

/// <summary>
/// The sending half of a stream. Bytes are kept from the write until the peer acknowledges them, and every byte sent is
/// on record with its lane. The end of the stream counts as one more byte after the last, so that sending, repeating and
/// acknowledging it need no rules of their own; it costs no credit.
/// </summary>
internal sealed class SendStream
{
    private readonly BlockWindow _data;
    private readonly SentMap _sent = new();
    private readonly int _maxBufferBytes;
    private readonly bool _peerKnows;
    private long _written;
    private long _bufferBytes;
    private bool _finishing;
    private bool _announced;

    /// <param name="peerKnows">True when the peer has opened the stream, so that nothing need tell it.</param>
    public SendStream(BufferPool pool, long windowBytes, int maxBufferBytes, bool peerKnows)
    {
        _data = new BlockWindow(pool);
        _maxBufferBytes = maxBufferBytes;
        Limit = windowBytes;
        _bufferBytes = Math.Min(windowBytes, maxBufferBytes);
        _peerKnows = _announced = peerKnows;
    }

    /// <summary>The offset that the peer lets this stream send to.</summary>
    public long Limit { get; private set; }

    /// <summary>The highest offset ever sent, which is what the peer's windows are charged with.</summary>
    public long HighestSent => Math.Min(_sent.End, _written);

    /// <summary>Bytes written and not yet acknowledged.</summary>
    public long BufferedBytes => _written - Math.Min(_sent.Start, _written);

    /// <summary>Bytes that a write would take.</summary>
    public long RoomBytes => IsWritable ? Math.Max(0, _bufferBytes - BufferedBytes) : 0;

    public bool IsWritable => !_finishing && !IsReset;

    /// <summary>The owner was refused bytes and wants to hear of room.</summary>
    public bool WantsRoom { get; set; }

    public bool HasRoomToTell => RoomBytes > 0 && (RoomBytes >= _bufferBytes / 4 || BufferedBytes == 0);

    /// <summary>The peer's reader took everything and the end.</summary>
    public bool IsCompleted => _finishing && _sent.Start == _written + 1;

    public bool IsReset { get; private set; }

    public ErrorCode ResetCode { get; private set; }

    /// <summary>The peer asked for the end with this code.</summary>
    public ErrorCode StopCode { get; set; }

    /// <summary>True when the peer is known to have learnt of the reset.</summary>
    public bool IsResetConfirmed { get; set; }

    public bool IsDone => IsCompleted || IsResetConfirmed;

    public CompressionTrial Compression { get; } = new();

    /// <summary>True when a chunk could be sent, as far as this stream alone is concerned.</summary>
    public bool HasWork =>
        !IsReset && (_sent.HasRequeued || !_announced || FreshBytes > 0 || (_finishing && _sent.End == _written));

    /// <summary>Bytes that were never sent and that the stream's own credit allows.</summary>
    public long FreshBytes => Math.Max(0, Math.Min(_written, Limit) - HighestSent);

    public void Write(ReadOnlySpan<byte> data)
    {
        _data.CopyIn(_written, data);
        _written += data.Length;
    }

    public bool TryFinish()
    {
        if (!IsWritable)
        {
            return false;
        }

        _finishing = true;
        return true;
    }

    /// <summary>Gives up: what was not acknowledged is dropped. False when the stream is past that.</summary>
    public bool TryReset(ErrorCode code)
    {
        if (IsReset || IsCompleted)
        {
            return false;
        }

        long highest = HighestSent;
        IsReset = true;
        ResetCode = code;
        _written = highest;
        _finishing = false;
        _sent.TrimTo(_sent.End);
        _data.ReleaseAll();
        return true;
    }

    /// <summary>
    /// Chooses what the next chunk on a lane carries: what must be repeated first, lowest offset first, then fresh
    /// bytes as far as both credits go, then the end. An empty chunk opens a stream that has nothing to say yet.
    /// </summary>
    public bool TryNextRange(int lane, int maxBytes, long sessionCredit, out SendRange range)
    {
        if (_sent.TryFindRequeued(out long start, out long end))
        {
            int length = (int)Math.Min(Math.Min(end, _written) - start, maxBytes);
            bool fin = end == _written + 1 && start + length == _written;
            range = new SendRange(start, length, fin, IsRepeat: true);
            if (_sent.CanResend(length + (fin ? 1 : 0), lane))
            {
                return true;
            }
        }

        int fresh = (int)Math.Min(Math.Min(FreshBytes, maxBytes), Math.Max(0, sessionCredit));
        bool freshFin = _finishing && _sent.End <= _written && HighestSent + fresh == _written;
        range = new SendRange(HighestSent, fresh, freshFin, IsRepeat: false);
        return (fresh > 0 || freshFin || !_announced) && _sent.CanAppend(lane);
    }

    /// <summary>The chunk went out on a lane; returns the bytes to charge to the session's credit.</summary>
    public int OnSent(in SendRange range, int lane)
    {
        long length = range.Length + (range.Fin ? 1 : 0);
        _announced = true;
        if (range.IsRepeat)
        {
            _sent.Resend(length, lane);
            return 0;
        }

        _sent.Append(length, lane);
        return range.Length;
    }

    public void CopyOut(in SendRange range, Span<byte> destination) => _data.CopyOut(range.Offset, destination[..range.Length]);

    /// <summary>The bytes of a range as far as they lie together.</summary>
    public ReadOnlySpan<byte> Peek(in SendRange range) => _data.Peek(range.Offset, range.Length);

    /// <summary>The peer has everything below <paramref name="value"/>; false when that was never sent.</summary>
    public bool TryAcknowledge(long value)
    {
        if (value > _sent.End)
        {
            return false;
        }

        if (value > _sent.Start && !IsReset)
        {
            _sent.TrimTo(value);
            _data.Release(Math.Min(value, _written));
            if (BufferedBytes == 0)
            {
                _data.ReleaseAll();
            }
        }

        return true;
    }

    /// <summary>True when an ack or a resume position of this value could be honest.</summary>
    public bool CouldHaveReceived(long value) => value <= _sent.End;

    public bool HasSentFin => _finishing && _sent.End == _written + 1;

    public void RaiseLimit(long limit)
    {
        Limit = Math.Max(Limit, limit);
        // A window that the peer has opened wider is worth a send buffer as large, within this side's own bound.
        _bufferBytes = Math.Max(_bufferBytes, Math.Min(Limit - Math.Min(_sent.Start, _written), _maxBufferBytes));
    }

    public void OnLaneLost(int lane)
    {
        _sent.RequeueLane(lane);
        ForgetEmptyAnnouncement();
    }

    public void OnAllLanesLost()
    {
        _sent.RequeueAll();
        ForgetEmptyAnnouncement();
    }

    /// <summary>An empty opening chunk leaves no record, so it is sent again whichever lane it was on.</summary>
    private void ForgetEmptyAnnouncement()
    {
        if (_sent.End == 0)
        {
            _announced = _peerKnows;
        }
    }
}
