using Scp.Protocol.Lanes;

namespace Scp.Protocol.Streams;

/// <summary>
/// Decides whose chunk is next: strictly by priority, in turn within one, and within a stream what must be repeated
/// before what is new. Streams that only wait for session credit are set aside until some comes.
/// </summary>
internal sealed class ChunkScheduler
{
    private const int Priorities = (int)Priority.Bulk + 1;

    private readonly StreamList[] _ready = new StreamList[Priorities];
    private readonly StreamList[] _broke = new StreamList[Priorities];
    private readonly SharedBudget _credit;
    private readonly IBlockCodec? _codec;

    public ChunkScheduler(long sessionCreditBytes, IBlockCodec? codec)
    {
        _credit = new SharedBudget(sessionCreditBytes);
        _codec = codec;
        for (int i = 0; i < Priorities; i++)
        {
            _ready[i] = new StreamList(StreamRole.Send);
            _broke[i] = new StreamList(StreamRole.Send);
        }
    }

    /// <summary>Bytes of all streams that were ever sent, each once.</summary>
    public long ChargedBytes => _credit.Used;

    public long CreditLimit => _credit.Limit;

    /// <summary>The most urgent priority that may have a chunk, or null when nothing is to be sent.</summary>
    public Priority? NextPriority
    {
        get
        {
            for (int i = 0; i < Priorities; i++)
            {
                if (_ready[i].First is not null)
                {
                    return (Priority)i;
                }
            }

            return null;
        }
    }

    /// <summary>Something about a stream has changed: it joins or leaves the queue.</summary>
    public void Refresh(StreamEntry entry)
    {
        StreamList ready = _ready[(int)entry.Priority];
        if (!entry.Send!.HasWork)
        {
            Forget(entry);
        }
        else if (!ready.Contains(entry))
        {
            ready.MoveLast(entry);
        }
    }

    public void Forget(StreamEntry entry)
    {
        _ready[(int)entry.Priority].Remove(entry);
        _broke[(int)entry.Priority].Remove(entry);
    }

    public void RaiseCredit(long limit)
    {
        if (!_credit.TryRaise(limit))
        {
            return;
        }

        for (int i = 0; i < Priorities; i++)
        {
            while (_broke[i].First is { } entry)
            {
                _ready[i].MoveLast(entry);
            }
        }
    }

    /// <summary>Builds the next chunk for a lane; 0 when there is none or the destination is too small for any.</summary>
    public int Build(int lane, Span<byte> destination)
    {
        int maxBytes = Math.Min(ScpLimits.MaxChunkBytes, destination.Length - LaneFraming.ChunkOverheadBytes);
        if (maxBytes <= 0)
        {
            return 0;
        }

        for (int i = 0; i < Priorities; i++)
        {
            while (_ready[i].First is { } entry)
            {
                SendStream send = entry.Send!;
                if (!send.TryNextRange(lane, maxBytes, _credit.AvailableTo(entry.Priority), out SendRange range))
                {
                    SetAside(entry);
                    continue;
                }

                int written = Write(entry, range, lane, destination);
                if (send.HasWork)
                {
                    _ready[i].MoveLast(entry);
                }
                else
                {
                    _ready[i].Remove(entry);
                }

                return written;
            }
        }

        return 0;
    }

    /// <summary>
    /// What is ready and yet has no chunk waits either for session credit, or for an acknowledgement that shortens its
    /// record of runs; the latter refreshes it when it comes.
    /// </summary>
    private void SetAside(StreamEntry entry)
    {
        int priority = (int)entry.Priority;
        if (entry.Send!.FreshBytes > 0 && _credit.AvailableTo(entry.Priority) == 0)
        {
            _broke[priority].MoveLast(entry);
        }
        else
        {
            _ready[priority].Remove(entry);
        }
    }

    private int Write(StreamEntry entry, SendRange range, int lane, Span<byte> destination)
    {
        SendStream send = entry.Send!;
        Span<byte> body = destination[LaneFraming.ChunkOverheadBytes..];
        int dataBytes = TryCompress(send, ref range, body);
        bool compressed = dataBytes > 0;
        if (!compressed)
        {
            send.CopyOut(range, body);
            dataBytes = range.Length;
        }

        var header = new ChunkHeader(entry.Id, range.Offset, range.Length, entry.Priority, range.Fin, compressed);
        _credit.Take(send.OnSent(range, lane));
        return LaneWriter.WriteChunkHeaders(destination, header, dataBytes);
    }

    /// <summary>Compresses straight out of the stream's block when that is worthwhile; the range may become shorter.</summary>
    private int TryCompress(SendStream send, ref SendRange range, Span<byte> body)
    {
        if (_codec is null || !send.Compression.ShouldTry(range.Length))
        {
            return 0;
        }

        ReadOnlySpan<byte> source = send.Peek(range);
        if (source.Length < Math.Min(range.Length, StreamLimits.MinCompressBytes))
        {
            // The end of a block says too little about what follows: it goes ahead, and the next chunk begins with a block.
            send.Compression.Postpone();
            range = range.Shortened(source.Length);
            return 0;
        }

        int compressed = _codec.Compress(source, body[..Math.Min(body.Length, source.Length)]);
        if (!send.Compression.Report(source.Length, compressed))
        {
            return 0;
        }

        range = range.Shortened(source.Length);
        return compressed;
    }
}
