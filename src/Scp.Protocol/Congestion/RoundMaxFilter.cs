namespace Scp.Protocol.Congestion;

/// <summary>
/// The largest sample of the last few rounds, exactly: one maximum is kept per round, and the whole is looked through
/// only when a round expires. The caller advances the clock, so rounds that say nothing about the path need not age it.
/// </summary>
internal sealed class RoundMaxFilter
{
    private readonly long[] _maxima;
    private int _current;

    public RoundMaxFilter(int rounds) => _maxima = new long[rounds];

    public long Max { get; private set; }

    public void Update(long sample)
    {
        if (sample > _maxima[_current])
        {
            _maxima[_current] = sample;
            Max = Math.Max(Max, sample);
        }
    }

    /// <summary>Begins a round and forgets the oldest.</summary>
    public void Advance()
    {
        _current = _current + 1 == _maxima.Length ? 0 : _current + 1;
        long expired = _maxima[_current];
        _maxima[_current] = 0;
        if (expired == Max)
        {
            Max = Largest();
        }
    }

    /// <summary>Forgets everything and starts from <paramref name="sample"/>.</summary>
    public void Reset(long sample)
    {
        Array.Clear(_maxima);
        _maxima[_current] = sample;
        Max = sample;
    }

    private long Largest()
    {
        long largest = 0;
        foreach (long maximum in _maxima)
        {
            largest = Math.Max(largest, maximum);
        }

        return largest;
    }
}
