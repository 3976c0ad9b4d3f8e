namespace Scp.PathModel;

/// <summary>
/// How far the delay is off its mean: drawn anew for each packet, or wandering in straight lines between values that belong to
/// points in time. A point's value is a hash of its number, so the wandering delay of a seed is the same whatever is sent and
/// however long the path was idle.
/// </summary>
internal struct JitterSource
{
    private const int BellHalfSum = 2 * ushort.MaxValue;

    private readonly ulong _seed;
    private PathRandom _random;
    private JitterShape _shape;
    private long _boundNs;
    private long _periodNs;
    private long _segment;
    private long _fromNs;
    private long _toNs;

    public JitterSource(ulong seed)
    {
        _seed = seed;
        _random = new PathRandom(seed);
        _segment = -1;
    }

    public void Configure(PathProfile profile)
    {
        _shape = profile.JitterShape;
        _boundNs = profile.JitterNs;
        _periodNs = profile.JitterPeriodNs;
        _segment = -1;
    }

    public long OffsetNs(long atNs)
    {
        if (_boundNs == 0)
        {
            return 0;
        }

        return _periodNs == 0 ? Spread(_random.NextUInt64()) : Wander(atNs);
    }

    private long Wander(long atNs)
    {
        long segment = atNs / _periodNs;
        if (segment != _segment)
        {
            _segment = segment;
            _fromNs = Spread(PathRandom.Mix(_seed + PathRandom.Mix((ulong)segment)));
            _toNs = Spread(PathRandom.Mix(_seed + PathRandom.Mix((ulong)segment + 1)));
        }

        long intoNs = atNs - (segment * _periodNs);
        return _fromNs + ((_toNs - _fromNs) * intoNs / _periodNs);
    }

    private readonly long Spread(ulong bits)
    {
        if (_shape == JitterShape.Uniform)
        {
            return (long)Math.BigMul(bits, (ulong)((2 * _boundNs) + 1), out _) - _boundNs;
        }

        long sum = (ushort)bits + (ushort)(bits >> 16) + (ushort)(bits >> 32) + (ushort)(bits >> 48);
        return (sum - BellHalfSum) * _boundNs / BellHalfSum;
    }
}
