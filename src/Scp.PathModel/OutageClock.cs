namespace Scp.PathModel;

/// <summary>
/// When bursts begin and end. Its random source is its own, so the bursts of a seed lie at the same moments whatever is sent.
/// It must be asked in the order of time. The first burst comes after a whole gap, never at once.
/// </summary>
internal struct OutageClock
{
    private readonly ulong _seed;
    private PathRandom _random;
    private BurstProfile? _profile;
    private long _meanGapNs;
    private long _changesAtNs;
    private bool _inBurst;

    public OutageClock(ulong seed)
    {
        _seed = seed;
        _changesAtNs = long.MaxValue;
    }

    /// <summary>Bursts that stay the same go on as they were; others start over from now.</summary>
    public void Configure(BurstProfile? profile, long nowNs)
    {
        if (profile == _profile)
        {
            return;
        }

        _profile = profile;
        _inBurst = false;
        if (profile is null)
        {
            _changesAtNs = long.MaxValue;
            return;
        }

        _random = new PathRandom(PathRandom.Mix(_seed ^ (ulong)nowNs));
        _meanGapNs = Math.Max(1, profile.MeanGapNs);
        _changesAtNs = nowNs + NextGapNs();
    }

    public bool IsInBurst(long atNs)
    {
        while (atNs >= _changesAtNs)
        {
            _inBurst = !_inBurst;
            _changesAtNs += _inBurst ? NextLengthNs() : NextGapNs();
        }

        return _inBurst;
    }

    private long NextGapNs() => Math.Max(1, _random.NextExponential(_meanGapNs));

    private long NextLengthNs() => _profile!.Shape == BurstShape.Fixed
        ? _profile.MeanLengthNs
        : Math.Max(1, _random.NextExponential(_profile.MeanLengthNs));
}
