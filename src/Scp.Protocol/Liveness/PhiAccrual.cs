namespace Scp.Protocol.Liveness;

/// <summary>
/// How suspicious the silence of a peer is: phi = -log10 of the probability that an authentic packet would come later
/// than now, judged by the silences seen before. Phi 1 is wrong one time in ten, phi 8 one time in 10^8. Whoever asks
/// chooses its own threshold.
/// <para>
/// <b>What is learnt.</b> A peer promises one packet per beat and may send thousands. Were every interval learnt, a
/// burst would teach that packets come each millisecond, and the first pause after it would look like death. So at most
/// one interval is learnt per beat, that of the first packet a beat or more after the last lesson, and a shorter one than
/// a beat counts as a beat. Busy or idle, sixty-four samples cover at least sixty-four beats, a burst does not wash out
/// what is known of the path's jitter, and no silence longer than a beat goes unnoticed, since it ends in a lesson.
/// </para>
/// <para>
/// <b>Outages</b> count as at most <see cref="MaxSampleBeats"/> beats, or one of them would blunt the detector until it
/// has left the ring. When this side itself stood still, the silence was its own: see <see cref="Forgive"/>.
/// </para>
/// The normal distribution's tail is approximated within 1.2%, monotonically, and in logarithms, so that phi goes
/// on rising where the probability itself is no longer a number.
/// </summary>
internal sealed class PhiAccrual
{
    /// <summary>Samples that are remembered.</summary>
    public const int Samples = 64;

    /// <summary>The longest silence that is believed as a habit, in beats.</summary>
    public const int MaxSampleBeats = 8;

    /// <summary>
    /// The least deviation assumed, as a part of the beat: a path that has been perfectly regular so far is not therefore
    /// certain to stay so.
    /// </summary>
    private const int MinDeviationDivisor = 4;

    private static readonly double HalfLogTwoPi = 0.5 * Math.Log(2 * Math.PI);
    private static readonly double LogTen = Math.Log(10);

    private readonly long _beatNs;
    private readonly long[] _samplesNs = new long[Samples];
    private int _count;
    private int _next;
    private double _meanNs;
    private double _deviationNs;

    private long _lastHeardNs;
    private long _lastLearntNs;

    /// <summary>Begins as if a packet had come at <paramref name="nowNs"/>, from a peer that keeps its beat.</summary>
    public PhiAccrual(long beatNs, long nowNs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beatNs);
        _beatNs = beatNs;
        _meanNs = beatNs;
        _deviationNs = MinDeviationNs;
        _lastHeardNs = nowNs;
        _lastLearntNs = nowNs;
    }

    /// <summary>When an authentic packet was last heard, or silence was last forgiven.</summary>
    public long LastHeardNs => _lastHeardNs;

    private double MinDeviationNs => (double)_beatNs / MinDeviationDivisor;

    /// <summary>An authentic packet has come.</summary>
    public void Heartbeat(long nowNs)
    {
        long silenceNs = nowNs - _lastHeardNs;
        if (silenceNs < 0)
        {
            return;
        }

        _lastHeardNs = nowNs;
        if (nowNs - _lastLearntNs >= _beatNs)
        {
            _lastLearntNs = nowNs;
            Learn(Math.Clamp(silenceNs, _beatNs, MaxSampleBeats * _beatNs));
        }
    }

    /// <summary>
    /// This side did not run for a while, so that it could not have heard anything: silence is measured from now, and
    /// nothing is learnt from what it missed.
    /// </summary>
    public void Forgive(long nowNs)
    {
        _lastHeardNs = Math.Max(_lastHeardNs, nowNs);
        _lastLearntNs = _lastHeardNs;
    }

    /// <summary>Phi now; it never falls while nothing is heard.</summary>
    public double Suspicion(long nowNs)
    {
        double silenceNs = Math.Max(nowNs - _lastHeardNs, 0);
        return NegativeLog10OfTail((silenceNs - _meanNs) / _deviationNs);
    }

    /// <summary>
    /// -log10 of the probability that a standard normal variable exceeds <paramref name="y"/>. For y ≥ 0 the tail is the
    /// density divided by ((1 - 1/π)·y + √(y² + 2π)/π), after Börjesson and Sundberg with the constants that make it
    /// exact at 0 and at infinity; below 0 it is what the other tail leaves.
    /// </summary>
    internal static double NegativeLog10OfTail(double y)
    {
        double x = Math.Abs(y);
        double divisor = ((1 - (1 / Math.PI)) * x) + (Math.Sqrt((x * x) + (2 * Math.PI)) / Math.PI);
        double negativeLog = (x * x / 2) + HalfLogTwoPi + Math.Log(divisor);
        return (y >= 0 ? negativeLog : -Math.Log(1 - Math.Exp(-negativeLog))) / LogTen;
    }

    /// <summary>Replaces the oldest sample. Once a beat, so summing up anew is cheap and no error builds up.</summary>
    private void Learn(long sampleNs)
    {
        _samplesNs[_next] = sampleNs;
        _next = (_next + 1) % Samples;
        _count = Math.Min(_count + 1, Samples);

        double sum = 0;
        for (int i = 0; i < _count; i++)
        {
            sum += _samplesNs[i];
        }

        _meanNs = sum / _count;
        double squares = 0;
        for (int i = 0; i < _count; i++)
        {
            double off = _samplesNs[i] - _meanNs;
            squares += off * off;
        }

        _deviationNs = Math.Max(Math.Sqrt(squares / _count), MinDeviationNs);
    }
}
