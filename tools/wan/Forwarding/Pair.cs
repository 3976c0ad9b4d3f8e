using Scp.PathModel;

namespace Wan.Forwarding;

/// <summary>One ordered pair of nodes: the path from the one to the other and what is counted beside it.</summary>
internal sealed class Pair(int from, int to, PathDirection direction)
{
    public int From => from;

    public int To => to;

    public PathDirection Direction => direction;

    public long Overflow { get; set; }

    public long Refused { get; set; }

    public int UnderWay { get; set; }

    public long QueueHighWaterNs { get; private set; }

    public void NoteQueue(long nowNs) => QueueHighWaterNs = Math.Max(QueueHighWaterNs, direction.QueuedNs(nowNs));

    public PairCounters Read() => new()
    {
        Path = direction.Statistics,
        Overflow = Overflow,
        Refused = Refused,
        QueueHighWaterNs = QueueHighWaterNs,
        UnderWay = UnderWay,
    };

    public void ForgetHighWater() => QueueHighWaterNs = 0;
}
