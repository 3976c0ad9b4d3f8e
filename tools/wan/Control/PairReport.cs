using Scp.PathModel;
using Wan.Forwarding;

namespace Wan.Control;

/// <summary>One direction between two nodes. Offered = delivered + dropped, duplicates not counted.</summary>
internal sealed record PairReport
{
    public required int From { get; init; }

    public required int To { get; init; }

    public required string Profile { get; init; }

    public required bool Cut { get; init; }

    public required long Offered { get; init; }

    public required long OfferedBytes { get; init; }

    public required long Delivered { get; init; }

    public required long DeliveredBytes { get; init; }

    public required long DroppedCut { get; init; }

    public required long DroppedTooBig { get; init; }

    public required long DroppedQueueFull { get; init; }

    public required long DroppedBurst { get; init; }

    public required long DroppedRandom { get; init; }

    /// <summary>Copies that were to arrive and that the simulator had no room for.</summary>
    public required long Overflow { get; init; }

    /// <summary>Copies that were to arrive and that the receiving device refused.</summary>
    public required long Refused { get; init; }

    public required long Duplicated { get; init; }

    public required long Reordered { get; init; }

    public required long Corrupted { get; init; }

    public required double QueueHighMs { get; init; }

    public required int UnderWay { get; init; }

    public long Dropped => DroppedCut + DroppedTooBig + DroppedQueueFull + DroppedBurst + DroppedRandom;

    /// <summary>What came after the counters were <paramref name="before"/>.</summary>
    public static PairReport Of(Pair pair, in PairCounters before)
    {
        PairCounters now = pair.Read();
        PathStatistics was = before.Path;
        PathStatistics path = now.Path;
        return new PairReport
        {
            From = pair.From,
            To = pair.To,
            Profile = pair.Direction.Profile.Name,
            Cut = pair.Direction.IsCut,
            Offered = path.Offered - was.Offered,
            OfferedBytes = path.OfferedBytes - was.OfferedBytes,
            Delivered = path.Delivered - was.Delivered,
            DeliveredBytes = path.DeliveredBytes - was.DeliveredBytes,
            DroppedCut = path.DroppedCut - was.DroppedCut,
            DroppedTooBig = path.DroppedTooBig - was.DroppedTooBig,
            DroppedQueueFull = path.DroppedQueueFull - was.DroppedQueueFull,
            DroppedBurst = path.DroppedBurst - was.DroppedBurst,
            DroppedRandom = path.DroppedRandom - was.DroppedRandom,
            Overflow = now.Overflow - before.Overflow,
            Refused = now.Refused - before.Refused,
            Duplicated = path.Duplicated - was.Duplicated,
            Reordered = path.Reordered - was.Reordered,
            Corrupted = path.Corrupted - was.Corrupted,
            QueueHighMs = now.QueueHighWaterNs / 1e6,
            UnderWay = now.UnderWay,
        };
    }
}
