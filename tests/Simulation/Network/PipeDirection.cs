using Scp.PathModel;
using Simulation.Harness;

namespace Simulation.Network;

/// <summary>
/// One direction of a TCP connection: bytes arrive in order and complete, after the line's time and the path's delay; a lost
/// segment shows as a stall of a round trip. While the path is cut the first segment is tried again with back-off, as TCP does.
/// What the sender wrote and the receiver has not got counts against the send buffer.
/// </summary>
internal sealed class PipeDirection(SimPath path, SimPath back, int capacityBytes, PathRandom random)
{
    private const int SegmentBytes = 16 * 1024;
    /// <summary>A segment here is several packets; of those that are lost some cost no time.</summary>
    private const int PacketsPerStall = 4;

    private const long FirstRetryNs = 200 * SimTime.Ms;
    private const long MaxRetryNs = 3 * SimTime.Second;
    private const long DefaultRateBitsPerSecond = 1_000_000_000;

    private readonly ByteRing _bytes = new();
    private readonly Queue<Segment> _segments = new();
    private PathRandom _random = random;
    private long _lineIdleAtNs;
    private long _lastArriveNs;
    private long _headAtNs;
    private long _retryNs;
    private long _finishedAtNs = long.MaxValue;
    private bool _isBroken;
    private int _swallowedBytes;

    public int InFlightBytes => _bytes.Count;

    public bool HasRoom => _bytes.Count + _swallowedBytes < capacityBytes;

    /// <summary>Since when the first segment has been tried in vain; <see cref="long.MaxValue"/> when it has not.</summary>
    public long StalledSinceNs { get; private set; } = long.MaxValue;

    /// <summary>When the next bytes, or the end, are due.</summary>
    public long NextAtNs => _segments.Count > 0 ? _headAtNs : _finishedAtNs;

    /// <summary>When the end is due if nothing is under way before it.</summary>
    public long EndAtNs => _segments.Count > 0 ? long.MaxValue : _finishedAtNs;

    /// <summary>What a connection carries on average, given the stalls that losses cost; <see cref="long.MaxValue"/> without a limit.</summary>
    public static long BitsPerSecond(PathProfile there, PathProfile back)
    {
        long line = there.RateBitsPerSecond == 0 ? long.MaxValue : there.RateBitsPerSecond;
        double stallNs = there.LossProbability * PacketsPerStall * (there.OneWayDelayNs + back.OneWayDelayNs);
        return stallNs == 0 ? line : (long)Math.Min(line, SegmentBytes * 8L * SimTime.Second / stallNs);
    }

    /// <summary>Nothing arrives before this time, whatever is written earlier.</summary>
    public void HoldUntil(long timeNs) => _lastArriveNs = Math.Max(_lastArriveNs, timeNs);

    public void Write(ReadOnlySpan<byte> bytes, long nowNs)
    {
        if (_isBroken)
        {
            // Nobody is there any more: the bytes fill the send buffer until somebody notices.
            _swallowedBytes += bytes.Length;
            return;
        }

        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, SegmentBytes);
            _bytes.Write(bytes[..count]);
            bool wasEmpty = _segments.Count == 0;
            _segments.Enqueue(new Segment(count, ArriveAtNs(count, nowNs)));
            if (wasEmpty)
            {
                _headAtNs = _segments.Peek().ArriveAtNs;
            }

            bytes = bytes[count..];
        }
    }

    /// <summary>No more will be written; what was written still arrives.</summary>
    public void Finish(long nowNs) => _finishedAtNs = _isBroken ? long.MaxValue : ArriveAtNs(0, nowNs);

    /// <summary>Nothing more arrives.</summary>
    public void Discard()
    {
        _segments.Clear();
        _bytes.Clear();
        _finishedAtNs = long.MaxValue;
        _isBroken = true;
    }

    /// <summary>The connection breaks: of what is under way so many bytes still arrive.</summary>
    public void BreakAfter(int bytes)
    {
        _isBroken = true;
        _finishedAtNs = long.MaxValue;
        int kept = 0;
        for (int left = _segments.Count; left > 0; left--)
        {
            Segment segment = _segments.Dequeue();
            int count = Math.Min(segment.Bytes, bytes - kept);
            kept += count;
            if (count > 0)
            {
                _segments.Enqueue(segment with { Bytes = count });
            }
        }
    }

    /// <summary>The next bytes that have arrived; empty when none have. <see cref="Take"/> them once they are read.</summary>
    public ReadOnlySpan<byte> Arrived(long nowNs)
    {
        if (_segments.Count == 0 || _headAtNs > nowNs)
        {
            return default;
        }

        if (IsStalled(nowNs))
        {
            _headAtNs = nowNs + _retryNs;
            return default;
        }

        return _bytes.Peek(_segments.Peek().Bytes);
    }

    /// <summary>The other side has closed and all it wrote has been taken.</summary>
    public bool HasEnded(long nowNs)
    {
        if (EndAtNs > nowNs)
        {
            return false;
        }

        if (IsStalled(nowNs))
        {
            _finishedAtNs = nowNs + _retryNs;
            return false;
        }

        return true;
    }

    public void Take(int count)
    {
        _bytes.Skip(count);
        Segment head = _segments.Dequeue();
        if (head.Bytes > count)
        {
            Segment rest = head with { Bytes = head.Bytes - count };
            PutBack(rest);
        }

        if (_segments.Count > 0)
        {
            _headAtNs = _segments.Peek().ArriveAtNs;
        }
    }

    private bool IsStalled(long nowNs)
    {
        if (path.AreLanesCut || back.AreLanesCut)
        {
            StalledSinceNs = Math.Min(StalledSinceNs, nowNs);
            _retryNs = _retryNs == 0 ? FirstRetryNs : Math.Min(2 * _retryNs, MaxRetryNs);
            return true;
        }

        StalledSinceNs = long.MaxValue;
        _retryNs = 0;
        return false;
    }

    private void PutBack(Segment rest)
    {
        int others = _segments.Count;
        _segments.Enqueue(rest);
        for (; others > 0; others--)
        {
            _segments.Enqueue(_segments.Dequeue());
        }
    }

    private long ArriveAtNs(int bytes, long nowNs)
    {
        PathProfile profile = path.Profile;
        long rate = profile.RateBitsPerSecond == 0 ? DefaultRateBitsPerSecond : profile.RateBitsPerSecond;
        _lineIdleAtNs = Math.Max(nowNs, _lineIdleAtNs) + (bytes * 8 * SimTime.Second / rate);
        long arriveAtNs = _lineIdleAtNs + profile.OneWayDelayNs;
        if (_random.Chance(profile.LossProbability * PacketsPerStall))
        {
            arriveAtNs += profile.OneWayDelayNs + back.Profile.OneWayDelayNs;
        }

        return _lastArriveNs = Math.Max(arriveAtNs, _lastArriveNs);
    }

    private readonly record struct Segment(int Bytes, long ArriveAtNs);
}
