using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Scp.Transport.Lanes;

/// <summary>
/// Lets so many TLS handshakes begin, and be under way at once, over all sources and from each: a flood of connections is
/// closed at accept, before it costs any work on certificates, and connections that say nothing cannot keep others out. A
/// source is an IPv4 address or an IPv6 network of 64 bits. Any thread may use it.
/// </summary>
internal sealed class HandshakeGate
{
    /// <summary>With an IPv4 address below it: as a network of IPv6 it would be one of multicast, from which nobody sends.</summary>
    private const ulong MappedKey = 0xFFFF_0000_0000_0000;

    private readonly HandshakeLimits _limits;
    private readonly Dictionary<ulong, LinkedListNode<Source>> _sources = [];
    private readonly LinkedList<Source> _byAge = new();

    // Apart from the rates, of which the oldest make room: these are few, and each is owed its end.
    private readonly Dictionary<ulong, int> _underWayBySource = [];
    private readonly Lock _lock = new();
    private int _underWay;
    private TokenBucket _all;

    public HandshakeGate(HandshakeLimits limits, long nowNs)
    {
        _limits = limits;
        _all = new TokenBucket(limits.Burst, nowNs);
    }

    /// <summary>How many sources are remembered.</summary>
    public int Sources => _sources.Count;

    /// <summary>Sources with handshakes under way.</summary>
    public int SourcesUnderWay => _underWayBySource.Count;

    public HandshakeVerdict TryEnter(IPAddress source, long nowNs)
    {
        ulong key = KeyOf(source);
        lock (_lock)
        {
            // Room comes first: who waits for it shall not pay for the attempt.
            int ofSource = _underWayBySource.GetValueOrDefault(key);
            HandshakeVerdict verdict =
                _underWay >= _limits.UnderWay ? HandshakeVerdict.Room
                : ofSource >= _limits.UnderWayPerSource ? HandshakeVerdict.Share
                : !TryTake(key, nowNs) ? HandshakeVerdict.Rate
                : HandshakeVerdict.Enter;
            if (verdict == HandshakeVerdict.Enter)
            {
                _underWay++;
                _underWayBySource[key] = ofSource + 1;
            }

            return verdict;
        }
    }

    /// <summary>A handshake that entered has ended, however it did.</summary>
    public void Leave(IPAddress source)
    {
        ulong key = KeyOf(source);
        lock (_lock)
        {
            _underWay--;
            int left = _underWayBySource[key] - 1;
            if (left > 0)
            {
                _underWayBySource[key] = left;
            }
            else
            {
                _ = _underWayBySource.Remove(key);
            }
        }
    }

    private bool TryTake(ulong key, long nowNs)
    {
        LinkedListNode<Source> node = Find(key, nowNs);
        ref Source known = ref node.ValueRef;
        _all.Fill(_limits.ASecond, _limits.Burst, nowNs);
        known.Bucket.Fill(_limits.ASecondPerSource, _limits.BurstPerSource, nowNs);

        // Both or none: a source that may not shall not use up what belongs to all.
        if (!_all.HasToken || !known.Bucket.HasToken)
        {
            return false;
        }

        _all.Take();
        known.Bucket.Take();
        return true;
    }

    private LinkedListNode<Source> Find(ulong key, long nowNs)
    {
        if (_sources.TryGetValue(key, out LinkedListNode<Source>? node))
        {
            _byAge.Remove(node);
        }
        else
        {
            if (_sources.Count == _limits.MaxSources)
            {
                _ = _sources.Remove(_byAge.First!.Value.Key);
                _byAge.RemoveFirst();
            }

            node = new LinkedListNode<Source>(new Source { Key = key, Bucket = new TokenBucket(_limits.BurstPerSource, nowNs) });
            _sources.Add(key, node);
        }

        _byAge.AddLast(node);
        return node;
    }

    private static ulong KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        IPAddress full = address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address;
        _ = full.TryWriteBytes(bytes, out _);

        return full.IsIPv4MappedToIPv6 ? MappedKey | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    private struct Source
    {
        public ulong Key;
        public TokenBucket Bucket;
    }

    private struct TokenBucket(double tokens, long nowNs)
    {
        private double _tokens = tokens;
        private long _filledNs = nowNs;

        public readonly bool HasToken => _tokens >= 1;

        public void Fill(double aSecond, double burst, long nowNs)
        {
            _tokens = Math.Min(burst, _tokens + ((nowNs - _filledNs) * 1e-9 * aSecond));
            _filledNs = nowNs;
        }

        public void Take() => _tokens--;
    }
}
