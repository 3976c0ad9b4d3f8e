namespace Scp.Protocol.Recovery;

/// <summary>
/// Notices that a path has ceased to carry packets of a size it used to carry. A lost packet is suspect until one at
/// least as large, sent later, is acknowledged: then the path still carries the size, and the loss was chance. Smaller
/// packets say nothing, or a trickle of them would hide the hole for ever.
/// <para>
/// Losses are told after the acknowledgements that reveal them, so acknowledgements are remembered too: those that no
/// later and larger one makes superfluous.
/// </para>
/// </summary>
internal sealed class BlackHoleDetector
{
    /// <summary>Suspect losses that make a black hole.</summary>
    public const int SuspectLosses = 4;

    /// <summary>
    /// Suspects must lie at least this far apart in time: a whole flight can be lost in a short outage, and that is no
    /// matter of size.
    /// </summary>
    public const long MinSpanNs = 250_000_000;

    /// <summary>Acknowledgements remembered; when more are worth it, the oldest goes, for it clears the fewest.</summary>
    private const int MaxAcked = 8;

    private readonly Packet[] _acked = new Packet[MaxAcked];
    private readonly Packet[] _suspects = new Packet[SuspectLosses];
    private int _ackedCount;
    private int _suspectCount;

    public void OnAcked(ulong packetNumber, int bytes)
    {
        var acked = new Packet(packetNumber, bytes, LostNs: 0);
        _suspectCount = RemoveCleared(_suspects, _suspectCount, acked);
        if (IsCleared(acked))
        {
            return;
        }

        _ackedCount = RemoveCleared(_acked, _ackedCount, acked);
        if (_ackedCount == MaxAcked)
        {
            RemoveOldestAcked();
        }

        _acked[_ackedCount++] = acked;
    }

    /// <summary>Counts a loss; true if it completes a black hole, upon which nothing is suspect any more.</summary>
    public bool OnLost(ulong packetNumber, int bytes, long nowNs)
    {
        var lost = new Packet(packetNumber, bytes, nowNs);
        if (IsCleared(lost))
        {
            return false;
        }

        if (_suspectCount < SuspectLosses)
        {
            _suspects[_suspectCount++] = lost;
        }

        if (_suspectCount < SuspectLosses || nowNs - _suspects[0].LostNs < MinSpanNs)
        {
            return false;
        }

        Clear();
        return true;
    }

    /// <summary>Forgets everything, as for a new path.</summary>
    public void Clear()
    {
        _ackedCount = 0;
        _suspectCount = 0;
    }

    private bool IsCleared(Packet packet)
    {
        for (int i = 0; i < _ackedCount; i++)
        {
            if (_acked[i].Clears(packet))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Keeps the order of what remains, so that the first suspect is the one lost first.</summary>
    private static int RemoveCleared(Packet[] packets, int count, Packet acked)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (!acked.Clears(packets[i]))
            {
                packets[kept++] = packets[i];
            }
        }

        return kept;
    }

    private void RemoveOldestAcked()
    {
        int oldest = 0;
        for (int i = 1; i < _ackedCount; i++)
        {
            if (_acked[i].Number < _acked[oldest].Number)
            {
                oldest = i;
            }
        }

        _acked[oldest] = _acked[--_ackedCount];
    }

    private readonly record struct Packet(ulong Number, int Bytes, long LostNs)
    {
        public bool Clears(Packet other) => Number > other.Number && Bytes >= other.Bytes;
    }
}
