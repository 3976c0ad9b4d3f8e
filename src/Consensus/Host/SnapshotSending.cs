namespace Consensus.Host;

/// <summary>A snapshot on its way to a member. Parts go ahead of their acknowledgements, within a window; what is lost goes again.</summary>
internal sealed class SnapshotSending(HostedGroup group, ReplicaId to, long term, ulong number, long nowNs)
{
    /// <summary>Parts may overtake each other; so many that come without the one before them say that it is lost.</summary>
    private const int RepeatsOfALoss = 3;

    private bool _hasSentAny;
    private int _repeats;

    public HostedGroup Group => group;

    public ReplicaId To => to;

    public long Term => term;

    public ulong Number => number;

    /// <summary>Null until it has been opened.</summary>
    public ISnapshotSource? Source { get; set; }

    /// <summary>The receiver has everything before.</summary>
    public long HaveBytes { get; private set; }

    /// <summary>Everything before has been sent, or is being read to be sent.</summary>
    public long SentBytes { get; private set; }

    /// <summary>When the receiver was last heard to have more than before.</summary>
    public long HeadwayAtNs { get; private set; } = nowNs;

    /// <summary>When what is not acknowledged goes again.</summary>
    public long RetryAtNs { get; set; } = long.MaxValue;

    /// <summary>Over for the replica: what is still being read for it is dropped.</summary>
    public bool IsOver { get; set; }

    public bool IsWindowFull => SentBytes - HaveBytes >= HostLimits.SnapshotWindowBytes;

    /// <summary>An empty snapshot is one part too.</summary>
    public bool HasMore => Source is { } source && (SentBytes < source.LengthBytes || !_hasSentAny);

    public int TakePart()
    {
        int bytes = PartBytesAt(SentBytes);
        SentBytes += bytes;
        _hasSentAny = true;
        return bytes;
    }

    public int PartBytesAt(long offset) => (int)Math.Min(HostLimits.SnapshotPartBytes, Source!.LengthBytes - offset);

    /// <summary>The receiver has this many from the start; true when it has said so often enough that the next part must be lost.</summary>
    public bool NoteHave(long bytes, long nowNs)
    {
        if (bytes > HaveBytes && bytes <= Source!.LengthBytes)
        {
            HaveBytes = bytes;
            SentBytes = Math.Max(SentBytes, bytes);
            HeadwayAtNs = nowNs;
            RetryAtNs = long.MaxValue;
            _repeats = 0;
            return false;
        }

        return bytes == HaveBytes && bytes < SentBytes && ++_repeats == RepeatsOfALoss;
    }

    /// <summary>Nothing was heard: whatever has not arrived goes again.</summary>
    public void SendAgain()
    {
        SentBytes = HaveBytes;
        _hasSentAny = false;
        _repeats = 0;
        RetryAtNs = long.MaxValue;
    }
}
