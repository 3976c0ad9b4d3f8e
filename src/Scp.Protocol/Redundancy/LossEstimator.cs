namespace Scp.Protocol.Redundancy;

/// <summary>
/// How often a path loses packets, seen from their sender.
/// <para>
/// Every settled packet counts once: as acknowledged, or as lost, also when parity rebuilt it, since the path lost it
/// all the same. Two sums decay with each outcome. The short one forgets over some 2,000 outcomes and is the estimate;
/// the long one forgets over some 16,000 and decides whether loss is negligible.
/// </para>
/// <para>
/// Both start as if loss were 0.5%. Negligible means an upper 95% bound below 0.05% over the long memory. Without any
/// loss the assumed start takes about 22,000 outcomes to fade that far; a path that loses 0.1% gets there by chance with
/// a probability of about e^-22. Coming back is quick: two losses within 2,048 outcomes, and the long memory begins
/// anew, so that the next switch takes as long as the first.
/// </para>
/// <para>
/// The sums are fixed point and decay by shifts. The Wilson bounds use double arithmetic of +, −, ×, ÷ and square root
/// only, which IEEE 754 defines to the last bit, and are rounded to parts per million. They take the decayed sum as the
/// number of trials; weighted trials tell more than that, so the bounds are on the wide side.
/// </para>
/// </summary>
internal sealed class LossEstimator
{
    private const int ShortShift = 11;
    private const int LongShift = 14;
    private const int AssumedPpm = 5_000;
    private const int ShortAssumedOutcomes = 256;
    private const int LongAssumedOutcomes = 1_024;
    private const int NegligiblePpm = 500;
    private const long ReturnWithinOutcomes = 2_048;

    private Memory _short;
    private Memory _long;
    private long _outcomes;
    private long _lastLossAtOutcome;
    private LossEstimate _estimate;
    private bool _estimateIsStale;

    public LossEstimator() => Reset();

    /// <summary>Loss is so rare that redundancy is not worth its bytes.</summary>
    public bool IsOff { get; private set; }

    /// <summary>The estimate over the short memory.</summary>
    public LossEstimate Estimate
    {
        get
        {
            if (_estimateIsStale)
            {
                _estimate = _short.Estimate();
                _estimateIsStale = false;
            }

            return _estimate;
        }
    }

    /// <summary>The estimate over the long memory, which decides <see cref="IsOff"/>.</summary>
    public LossEstimate LongEstimate => _long.Estimate();

    /// <summary>Begins anew, as when the session has moved to another path.</summary>
    public void Reset()
    {
        _short = new Memory(ShortShift, ShortAssumedOutcomes, AssumedPpm);
        _long = new Memory(LongShift, LongAssumedOutcomes, AssumedPpm);
        _outcomes = 0;
        _lastLossAtOutcome = -ReturnWithinOutcomes;
        _estimateIsStale = true;
        IsOff = false;
    }

    public void OnAcked()
    {
        _outcomes++;
        _estimateIsStale = true;
        _short.Add(isLost: false);
        _long.Add(isLost: false);
        if (!IsOff && _long.UpperIsBelow(NegligiblePpm))
        {
            IsOff = true;
            _lastLossAtOutcome = _outcomes - ReturnWithinOutcomes;
        }
    }

    public void OnLost()
    {
        _outcomes++;
        _estimateIsStale = true;
        _short.Add(isLost: true);
        _long.Add(isLost: true);
        if (IsOff && _outcomes - _lastLossAtOutcome < ReturnWithinOutcomes)
        {
            _long = new Memory(LongShift, LongAssumedOutcomes, AssumedPpm);
            IsOff = false;
        }

        _lastLossAtOutcome = _outcomes;
    }

    /// <summary>A packet counted as lost was only late: takes its loss back and leaves the outcome.</summary>
    public void OnLossRefuted()
    {
        _estimateIsStale = true;
        _short.TakeLossBack();
        _long.TakeLossBack();
        _lastLossAtOutcome = _outcomes - ReturnWithinOutcomes;
    }

    /// <summary>Outcomes and losses, both decaying by one part in 2^shift with each outcome, in units of 2^-24.</summary>
    private struct Memory
    {
        private const int UnitShift = 24;
        private const long One = 1L << UnitShift;
        private const double Z = 1.959963984540054;

        private readonly int _shift;
        private long _outcomes;
        private long _losses;

        public Memory(int shift, int assumedOutcomes, int assumedPpm)
        {
            _shift = shift;
            _outcomes = assumedOutcomes * One;
            _losses = _outcomes / 1_000_000 * assumedPpm;
        }

        public void Add(bool isLost)
        {
            _outcomes += One - (_outcomes >> _shift);
            _losses += (isLost ? One : 0) - (_losses >> _shift);
        }

        public void TakeLossBack() => _losses = Math.Max(0, _losses - One);

        /// <summary>
        /// The bound is worth a square root only when the estimate itself is below: on every path with loss to speak of,
        /// this is one multiplication an outcome.
        /// </summary>
        public readonly bool UpperIsBelow(int ppm) =>
            _losses * 1_000_000.0 < _outcomes * (double)ppm && Estimate().UpperPpm < ppm;

        public readonly LossEstimate Estimate()
        {
            double n = _outcomes / (double)One;
            double p = _losses / (double)_outcomes;
            double z2 = Z * Z;
            double center = p + (z2 / (2 * n));
            double half = Z * Math.Sqrt((p * (1 - p) / n) + (z2 / (4 * n * n)));
            double scale = 1 + (z2 / n);
            return new LossEstimate(ToPpm(p), ToPpm((center - half) / scale), ToPpm((center + half) / scale));
        }

        private static int ToPpm(double probability) => (int)Math.Clamp((probability * 1_000_000) + 0.5, 0, 1_000_000);
    }
}
