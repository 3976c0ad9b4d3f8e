namespace Scp.PathModel;

/// <summary>
/// A line of a fixed rate and the drop-tail queue before it. Nothing is stored: the moment at which the line will have sent all
/// it accepted says how full the queue is. A packet is accepted when it fits whole into what the queue has left, or when the
/// line is idle (a line whose queue is smaller than a packet still carries it).
/// Departures never go back in time, also when the rate changes: what was accepted keeps its departure.
/// </summary>
internal struct BottleneckQueue
{
    private const long BitNsPerByteSecond = 8_000_000_000;

    private long _rateBitsPerSecond;
    private long _limitNs;
    private double _bytesPerNs;
    private long _idleAtNs;

    // What division by the rate left over, in units of 1/rate ns: without it a fast line of small packets would run too fast.
    private long _remainder;

    public void Configure(PathProfile profile)
    {
        long rate = profile.RateBitsPerSecond;
        if (rate != _rateBitsPerSecond)
        {
            _remainder = 0;
        }

        _rateBitsPerSecond = rate;
        _bytesPerNs = rate / (double)BitNsPerByteSecond;
        _limitNs = LimitNs(profile);
    }

    /// <summary>How long the line needs for what it has accepted.</summary>
    public readonly long BacklogNs(long nowNs) => Math.Max(0, _idleAtNs - nowNs);

    public readonly long BytesIn(long backlogNs) => (long)(backlogNs * _bytesPerNs);

    public bool TryPass(long nowNs, int sizeBytes, out long departNs)
    {
        if (_rateBitsPerSecond == 0)
        {
            // A limiter that was just lifted may still hold a backlog: stay behind it.
            departNs = Math.Max(nowNs, _idleAtNs);
            return true;
        }

        bool idle = _idleAtNs <= nowNs;
        long startNs = idle ? nowNs : _idleAtNs;
        long carried = _idleAtNs < nowNs ? 0 : _remainder;
        long work = (sizeBytes * BitNsPerByteSecond) + carried;
        long serviceNs = (long)((ulong)work / (ulong)_rateBitsPerSecond);
        departNs = startNs + serviceNs;
        if (!idle && departNs - nowNs > _limitNs)
        {
            return false;
        }

        _idleAtNs = departNs;
        _remainder = work - (serviceNs * _rateBitsPerSecond);
        return true;
    }

    private static long LimitNs(PathProfile profile)
    {
        if (profile.RateBitsPerSecond == 0)
        {
            return 0;
        }

        long bytesNs = profile.QueueBytes * BitNsPerByteSecond / profile.RateBitsPerSecond;
        return (profile.QueueNs, profile.QueueBytes) switch
        {
            (_, 0) => profile.QueueNs,
            (0, _) => bytesNs,
            _ => Math.Min(profile.QueueNs, bytesNs),
        };
    }
}
