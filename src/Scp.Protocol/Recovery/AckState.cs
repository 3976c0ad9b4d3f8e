using Scp.Protocol.Wire;

namespace Scp.Protocol.Recovery;

/// <summary>
/// What this side owes in acknowledgements. They ride on every packet; when none goes out in time, one is sent alone:
/// at once after a gap or after sixteen packets, else after an eighth of the round trip, at most
/// <see cref="ScpLimits.MaxAckDelayNs"/>.
/// </summary>
internal sealed class AckState
{
    private const int ImmediateAfterPackets = 16;
    private const int RecoveredMemory = AckFrame.MaxRecovered;

    private readonly ReceivedPackets _received = new();
    private readonly ulong[] _recovered = new ulong[RecoveredMemory];
    private int _recoveredCount;
    private int _owed;
    private bool _hasNews;
    private long _dueAtNs = long.MaxValue;
    private long _largestAtNs;

    public ulong Largest => _received.Largest;

    public bool HasAny => _received.Count > 0;

    /// <summary>When an acknowledgement must go out even alone.</summary>
    public long DueAtNs => _dueAtNs;

    /// <summary>Something arrived that the peer has not been told.</summary>
    public bool HasNews => _hasNews;

    public ReadOnlySpan<PacketRange> Ranges => _received.Ranges;

    public void OnReceived(ulong packetNumber, bool isAckEliciting, long nowNs, long rttNs)
    {
        bool isNext = packetNumber == _received.Largest + 1;
        if (packetNumber >= _received.Largest)
        {
            _largestAtNs = nowNs;
        }

        _received.Add(packetNumber);
        _hasNews = true;
        if (!isAckEliciting)
        {
            return;
        }

        _owed++;
        long delayNs = isNext && _owed < ImmediateAfterPackets ? Math.Min(rttNs / 8, ScpLimits.MaxAckDelayNs) : 0;
        _dueAtNs = Math.Min(_dueAtNs, nowNs + delayNs);
    }

    /// <summary>A packet was rebuilt from parity: its sender should know that it was lost, and that nothing is missing.</summary>
    public void OnRecovered(ulong packetNumber, long nowNs)
    {
        int index = 0;
        while (index < _recoveredCount && _recovered[index] > packetNumber)
        {
            index++;
        }

        if (index < _recoveredCount && _recovered[index] == packetNumber)
        {
            return;
        }

        if (index == RecoveredMemory)
        {
            return;
        }

        int moved = Math.Min(_recoveredCount, RecoveredMemory - 1) - index;
        _recovered.AsSpan(index, moved).CopyTo(_recovered.AsSpan(index + 1));
        _recovered[index] = packetNumber;
        _recoveredCount = Math.Min(_recoveredCount + 1, RecoveredMemory);
        _hasNews = true;
        _dueAtNs = Math.Min(_dueAtNs, nowNs);
    }

    /// <summary>Writes what is owed; false when it does not fit or nothing ever arrived.</summary>
    public bool TryWrite(ref WireWriter writer, long nowNs)
    {
        if (_received.Count == 0)
        {
            return false;
        }

        // A number above the largest received cannot be expressed; it becomes so once a newer packet arrives.
        int skip = 0;
        while (skip < _recoveredCount && _recovered[skip] > _received.Largest)
        {
            skip++;
        }

        ReadOnlySpan<ulong> recovered = _recovered.AsSpan(skip, _recoveredCount - skip);
        if (!AckFrame.TryWrite(ref writer, _received.Ranges, (nowNs - _largestAtNs) / 1000, recovered))
        {
            return false;
        }

        _owed = 0;
        _hasNews = false;
        _dueAtNs = long.MaxValue;
        return true;
    }

    /// <summary>The peer has seen an acknowledgement that reached up to <paramref name="packetNumber"/>.</summary>
    public void OnAcknowledged(ulong packetNumber)
    {
        _received.ForgetUpTo(packetNumber);
        while (_recoveredCount > 0 && _recovered[_recoveredCount - 1] <= packetNumber)
        {
            _recoveredCount--;
        }
    }
}
