namespace Scp.Protocol.Tests.Congestion;

/// <summary>
/// A bottleneck with a drop-tail queue between any number of senders and their receivers, in one thread with a virtual
/// clock. Every packet that arrives is acknowledged at once by itself; acknowledgements are delayed but never lost.
/// </summary>
internal sealed class MiniNet
{
    private readonly PriorityQueue<Event, (long AtNs, long Order)> _events = new();
    private readonly Random _random;
    private long _order;
    private long _linkFreeAtNs;
    private long _waitNsSum;
    private long _waitCount;

    public MiniNet(int seed) => _random = new Random(seed);

    public required long Rate { get; set; }

    public required long QueueBytes { get; init; }

    /// <summary>Propagation there and back together.</summary>
    public required long RttNs { get; set; }

    public double Loss { get; set; }

    /// <summary>Each direction adds up to this much, or takes it away.</summary>
    public long JitterNs { get; init; }

    /// <summary>Acknowledgements come in clumps at multiples of this.</summary>
    public long AckClumpNs { get; init; }

    public bool IsCut { get; set; }

    public long NowNs { get; private set; }

    /// <summary>Packets that found the queue full.</summary>
    public long Overflows { get; private set; }

    public List<Flow> Flows { get; } = [];

    public void Add(Flow flow, long startNs)
    {
        Flows.Add(flow);
        Wake(flow, startNs);
    }

    public void At(long atNs, Action action) => Schedule(atNs, new Event(null, default, action));

    /// <summary>Polls <paramref name="flow"/> at <paramref name="atNs"/>.</summary>
    public void Wake(Flow flow, long atNs) => Schedule(atNs, new Event(flow, default, null));

    public void RunUntil(long endNs)
    {
        while (_events.TryPeek(out Event next, out (long AtNs, long Order) key) && key.AtNs <= endNs)
        {
            _ = _events.Dequeue();
            NowNs = key.AtNs;
            if (next.Action != null)
            {
                next.Action();
            }
            else if (next.Packet.Bytes != 0)
            {
                next.Flow!.DeliveredBytes += next.Packet.Bytes;
                next.Flow.OnAck(next.Packet);
            }
            else
            {
                next.Flow!.OnWake();
            }
        }

        NowNs = endNs;
    }

    /// <summary>Mean time packets waited in the queue since the last call.</summary>
    public double TakeMeanWaitMs()
    {
        double mean = _waitCount == 0 ? 0 : _waitNsSum / 1e6 / _waitCount;
        _waitNsSum = 0;
        _waitCount = 0;
        return mean;
    }

    public void Send(Flow flow, Packet packet)
    {
        long waitNs = Math.Max(_linkFreeAtNs - NowNs, 0);
        if (IsCut)
        {
            return;
        }

        if (waitNs * Rate / 1_000_000_000 + packet.Bytes > QueueBytes)
        {
            Overflows++;
            return;
        }

        _waitNsSum += waitNs;
        _waitCount++;
        _linkFreeAtNs = NowNs + waitNs + (packet.Bytes * 1_000_000_000L / Rate);
        if (Loss > 0 && _random.NextDouble() < Loss)
        {
            return;
        }

        long backNs = _linkFreeAtNs + RttNs + flow.ExtraRttNs + Jitter() + Jitter();
        if (AckClumpNs > 0)
        {
            backNs = (backNs + AckClumpNs - 1) / AckClumpNs * AckClumpNs;
        }

        Schedule(backNs, new Event(flow, packet, null));
    }

    private long Jitter() => JitterNs == 0 ? 0 : _random.NextInt64(-JitterNs, JitterNs + 1);

    private void Schedule(long atNs, Event item) => _events.Enqueue(item, (Math.Max(atNs, NowNs), _order++));

    private readonly record struct Event(Flow? Flow, Packet Packet, Action? Action);
}
