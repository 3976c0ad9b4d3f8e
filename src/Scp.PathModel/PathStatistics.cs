namespace Scp.PathModel;

/// <summary>
/// What a direction has done since it was made. A delivered packet counts when its verdict is given, which is before it arrives;
/// Offered = Delivered + Dropped always holds.
/// </summary>
public record struct PathStatistics
{
    public long Offered { get; internal set; }

    public long OfferedBytes { get; internal set; }

    /// <summary>Packets, not copies: a duplicated one counts once.</summary>
    public long Delivered { get; internal set; }

    public long DeliveredBytes { get; internal set; }

    public long DroppedCut { get; internal set; }

    public long DroppedTooBig { get; internal set; }

    public long DroppedQueueFull { get; internal set; }

    public long DroppedBurst { get; internal set; }

    public long DroppedRandom { get; internal set; }

    /// <summary>Packets that arrive before one that was offered earlier; second copies are left out.</summary>
    public long Reordered { get; internal set; }

    /// <summary>Packets that the reorder stage held back.</summary>
    public long HeldBack { get; internal set; }

    public long Duplicated { get; internal set; }

    /// <summary>Copies, not packets.</summary>
    public long Corrupted { get; internal set; }

    /// <summary>The longest that the queue would have taken to drain, the newcomer included.</summary>
    public long QueueHighWaterNs { get; internal set; }

    /// <summary>The same in bytes, at the rate of the moment.</summary>
    public long QueueHighWaterBytes { get; internal set; }

    public readonly long Dropped => DroppedCut + DroppedTooBig + DroppedQueueFull + DroppedBurst + DroppedRandom;

    internal void CountDrop(DropReason reason)
    {
        switch (reason)
        {
            case DropReason.Cut:
                DroppedCut++;
                break;
            case DropReason.TooBig:
                DroppedTooBig++;
                break;
            case DropReason.QueueFull:
                DroppedQueueFull++;
                break;
            case DropReason.Burst:
                DroppedBurst++;
                break;
            case DropReason.Random:
                DroppedRandom++;
                break;
            default:
                throw new InvalidOperationException("A packet that was not dropped was counted as dropped.");
        }
    }
}
