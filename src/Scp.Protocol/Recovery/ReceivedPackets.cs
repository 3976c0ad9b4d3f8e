namespace Scp.Protocol.Recovery;

/// <summary>
/// The packet numbers that arrived, as ranges from the newest down, for the acknowledgements this side sends. Bounded:
/// when there are more gaps than <see cref="MaxRanges"/> the oldest range is forgotten, which only makes the peer send
/// something again. Once the peer has acknowledged an acknowledgement, what lies below it need not be said again.
/// </summary>
internal sealed class ReceivedPackets
{
    public const int MaxRanges = 64;

    private readonly PacketRange[] _ranges = new PacketRange[MaxRanges];
    private int _count;

    public int Count => _count;

    public ulong Largest => _count == 0 ? 0 : _ranges[0].High;

    /// <summary>The ranges, newest first, disjoint and not adjacent.</summary>
    public ReadOnlySpan<PacketRange> Ranges => _ranges.AsSpan(0, _count);

    public void Add(ulong packetNumber)
    {
        if (_count > 0 && packetNumber == _ranges[0].High + 1)
        {
            _ranges[0].High = packetNumber;
            return;
        }

        AddOutOfOrder(packetNumber);
    }

    /// <summary>Forgets everything up to and including <paramref name="packetNumber"/>.</summary>
    public void ForgetUpTo(ulong packetNumber)
    {
        while (_count > 1 && _ranges[_count - 1].High <= packetNumber)
        {
            _count--;
        }

        // The newest range stays, if only its last number: an acknowledgement always has a largest.
        if (_count > 0 && _ranges[_count - 1].Low <= packetNumber)
        {
            _ranges[_count - 1].Low = Math.Min(packetNumber + 1, _ranges[_count - 1].High);
        }
    }

    private void AddOutOfOrder(ulong packetNumber)
    {
        int index = 0;
        while (index < _count && _ranges[index].Low > packetNumber + 1)
        {
            index++;
        }

        // Every range before index lies wholly above and is not adjacent.
        if (index < _count && packetNumber <= _ranges[index].High && packetNumber >= _ranges[index].Low)
        {
            return;
        }

        if (index < _count && _ranges[index].Low == packetNumber + 1)
        {
            _ranges[index].Low = packetNumber;
            MergeWithNext(index);
        }
        else if (index < _count && _ranges[index].High + 1 == packetNumber)
        {
            _ranges[index].High = packetNumber;
        }
        else
        {
            Insert(index, packetNumber);
        }
    }

    private void MergeWithNext(int index)
    {
        if (index + 1 < _count && _ranges[index + 1].High + 1 == _ranges[index].Low)
        {
            _ranges[index].Low = _ranges[index + 1].Low;
            _ranges.AsSpan(index + 2, _count - index - 2).CopyTo(_ranges.AsSpan(index + 1));
            _count--;
        }
    }

    private void Insert(int index, ulong packetNumber)
    {
        if (index == MaxRanges)
        {
            return;
        }

        int moved = Math.Min(_count, MaxRanges - 1) - index;
        _ranges.AsSpan(index, moved).CopyTo(_ranges.AsSpan(index + 1));
        _ranges[index] = new PacketRange(packetNumber, packetNumber);
        _count = Math.Min(_count + 1, MaxRanges);
    }
}
