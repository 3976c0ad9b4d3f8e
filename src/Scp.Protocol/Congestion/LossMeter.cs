namespace Scp.Protocol.Congestion;

/// <summary>
/// Tells loss that has to be answered from loss that the path just has. A stretch is judged once it is long in every
/// sense: rounds (an outage of one round is not congestion), time (nor is one of a few milliseconds) and bytes (two of
/// ten packets are not 20%).
/// </summary>
internal struct LossMeter
{
    /// <summary>Loss above this is answered by a lower rate whatever causes it.</summary>
    public const int ExcessivePermille = 100;

    private const int MinRounds = 3;
    private const long MinNs = 250_000_000;
    private const int MinDatagrams = 64;

    private long _startedAtNs;
    private int _rounds;
    private long _deliveredBytes;
    private long _lostBytes;

    /// <summary>Loss of the last stretch judged.</summary>
    public int Permille { get; private set; }

    /// <summary>Bytes lost in the last stretch judged beyond what is let pass.</summary>
    public long ExcessBytes { get; private set; }

    public readonly bool IsExcessive => Permille > ExcessivePermille;

    public void OnLost(int bytes) => _lostBytes += bytes;

    /// <summary>Takes back what turned out to have arrived. What lies before the stretch at hand was judged already.</summary>
    public void OnSpurious(int bytes) => _lostBytes = Math.Max(_lostBytes - bytes, 0);

    /// <summary>Counts a round; true when a stretch was judged.</summary>
    public bool OnRoundEnd(long deliveredBytes, int datagramBytes, long nowNs)
    {
        _deliveredBytes += deliveredBytes;
        _rounds++;
        long total = _deliveredBytes + _lostBytes;
        if (_rounds < MinRounds || nowNs - _startedAtNs < MinNs || total < (long)datagramBytes * MinDatagrams)
        {
            return false;
        }

        Permille = (int)(_lostBytes * 1000 / total);
        ExcessBytes = _lostBytes - (total * ExcessivePermille / 1000);
        Restart(nowNs);
        return true;
    }

    /// <summary>Begins a stretch, so that what was sent at a rate since given up is not held against the new one.</summary>
    public void Restart(long nowNs)
    {
        _startedAtNs = nowNs;
        _rounds = 0;
        _deliveredBytes = 0;
        _lostBytes = 0;
    }

    /// <summary>Begins a stretch and forgets what was judged.</summary>
    public void Forget(long nowNs)
    {
        Restart(nowNs);
        Permille = 0;
        ExcessBytes = 0;
    }
}
