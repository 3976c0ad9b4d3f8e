namespace Scp.Protocol.Streams;

/// <summary>
/// Which streams are open, were, or may be. There are four classes of ids (who opened it, which kind), each handed out
/// in order, so that closed ids are a few ranges and an id above all seen opens those below it too.
/// A peer counts a stream as closed up to one confirmation before this side can. It may open
/// <see cref="StreamTableOptions.MaxPeerStreams"/> as it counts; held here are at most twice as many.
/// </summary>
internal sealed class StreamDirectory
{
    private const int Classes = 4;
    private const int ClassShift = 2;

    private readonly Dictionary<ulong, StreamEntry> _open = [];
    private readonly StreamList _all = new(StreamRole.Open);
    private readonly long[] _next = new long[Classes];
    private readonly RangeSet[] _closed = new RangeSet[Classes];
    private readonly bool _isInitiator;
    private readonly int _maxLocal;
    private readonly int _maxHeld;
    private int _local;
    private long _held;

    public StreamDirectory(StreamTableOptions options)
    {
        _isInitiator = options.IsInitiator;
        _maxLocal = options.MaxLocalStreams;
        _maxHeld = 2 * options.MaxPeerStreams;
        for (int i = 0; i < Classes; i++)
        {
            // Between two ranges of closed ids lies at least one that is held.
            _closed[i] = new RangeSet(_maxHeld + 1);
        }
    }

    public int Count => _open.Count;

    /// <summary>The open streams in the order of their opening; <see cref="After"/> leads on.</summary>
    public StreamEntry? First => _all.First;

    public StreamEntry? After(StreamEntry entry) => _all.After(entry);

    public bool IsLocal(StreamId id) => id.OpenedByInitiator == _isInitiator;

    /// <summary>True when bytes may flow from this side on a stream.</summary>
    public bool MaySend(StreamId id) => !id.IsMessage || IsLocal(id);

    /// <summary>True when bytes may flow from the peer on a stream.</summary>
    public bool MayReceive(StreamId id) => !id.IsMessage || !IsLocal(id);

    public StreamEntry? Get(StreamId id) => _open.GetValueOrDefault(id.Value);

    public StreamStanding Find(StreamId id, out StreamEntry? entry)
    {
        if (_open.TryGetValue(id.Value, out entry))
        {
            return StreamStanding.Open;
        }

        long index = (long)(id.Value >> ClassShift);
        int idClass = ClassOf(id);
        if (IsLocal(id))
        {
            return index < _next[idClass] ? StreamStanding.Closed : StreamStanding.Invalid;
        }

        return _closed[idClass].Contains(index) ? StreamStanding.Closed : StreamStanding.Unseen;
    }

    /// <summary>Hands out the next id of this side; false while as many streams are open as may be.</summary>
    public bool TryTakeLocalId(bool isMessage, out StreamId id)
    {
        ulong idClass = (_isInitiator ? 0UL : 1UL) | (isMessage ? 2UL : 0UL);
        if (_local >= _maxLocal)
        {
            id = default;
            return false;
        }

        _local++;
        id = new StreamId(((ulong)_next[idClass]++ << ClassShift) | idClass);
        return true;
    }

    /// <summary>Lets the peer open an id that was not seen before; false when that is more than it may hold.</summary>
    public bool TryTakePeerId(StreamId id)
    {
        long index = (long)(id.Value >> ClassShift);
        ref long next = ref _next[ClassOf(id)];
        long opened = Math.Max(0, index + 1 - next);
        if (opened > _maxHeld - _held)
        {
            return false;
        }

        _held += opened;
        next += opened;
        return true;
    }

    public void Add(StreamEntry entry)
    {
        _open.Add(entry.Id.Value, entry);
        _all.AddLast(entry);
    }

    public void Remove(StreamEntry entry)
    {
        _open.Remove(entry.Id.Value);
        _all.Remove(entry);
        if (entry.IsLocal)
        {
            _local--;
            return;
        }

        long index = (long)(entry.Id.Value >> ClassShift);
        _held--;
        if (!_closed[ClassOf(entry.Id)].TryAdd(index, index + 1))
        {
            throw new InvalidOperationException("More gaps between closed streams than streams held.");
        }
    }

    private static int ClassOf(StreamId id) => (int)(id.Value & (Classes - 1));
}
