namespace Consensus.Host;

/// <summary>A snapshot on its way in. Parts are taken in order; what comes ahead of a gap is held, within the window.</summary>
internal sealed class SnapshotReceiving(NodeId node, SnapshotPart first)
{
    private readonly Dictionary<long, SnapshotPart> _held = [];
    private long _heldBytes;

    public NodeId Node => node;

    /// <summary>Whose it is, and which.</summary>
    public SnapshotPart First => first with { Bytes = default };

    /// <summary>The state machine's, once it has begun.</summary>
    public ISnapshotSink? Sink { get; set; }

    /// <summary>Everything before is in the sink.</summary>
    public long HaveBytes { get; set; }

    /// <summary>Everything before is in the sink or on its way there.</summary>
    public long TakenBytes { get; set; }

    /// <summary>Complete, and being put in the state machine's place.</summary>
    public bool IsInstalling { get; set; }

    public SnapshotStanding Standing { get; set; } = SnapshotStanding.Receiving;

    public bool IsOf(in SnapshotPart part) => part.Sending == first.Sending && part.From == first.From && part.Mark.Index == first.Mark.Index;

    public void Hold(in SnapshotPart part)
    {
        if (part.Offset > TakenBytes && part.Bytes.Length > 0 && _heldBytes + part.Bytes.Length <= HostLimits.SnapshotWindowBytes
            && _held.TryAdd(part.Offset, part))
        {
            _heldBytes += part.Bytes.Length;
        }
    }

    /// <summary>What was held and follows what has been taken.</summary>
    public bool TryTakeHeld(out SnapshotPart part)
    {
        if (!_held.Remove(TakenBytes, out part))
        {
            return false;
        }

        _heldBytes -= part.Bytes.Length;
        return true;
    }
}
