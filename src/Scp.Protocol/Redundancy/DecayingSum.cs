namespace Scp.Protocol.Redundancy;

/// <summary>
/// A sum that forgets exponentially, for rates: of bytes in the budget, of packets in the policy's input.
/// <para>
/// Whole numbers only: time in microseconds, the sum in 1/64. It decays by τ ÷ (τ + Δt) in steps of at least a
/// millisecond, which no rounding can stall, and which is right to Δt ÷ τ however far apart the calls are.
/// </para>
/// </summary>
internal struct DecayingSum(long memoryNs)
{
    private const int UnitShift = 6;
    private const long StepNs = 1_000_000;
    private const long MaxSum = 1L << 41;

    private readonly long _memoryUs = Math.Clamp(memoryNs / 1_000, 1_000, 4_000_000);
    private long _sum;
    private long _decayedAtNs;
    private bool _hasTime;

    public void Add(long amount, long nowNs)
    {
        Decay(nowNs);
        _sum = Math.Min(_sum + (Math.Clamp(amount, 0, MaxSum >> UnitShift) << UnitShift), MaxSum);
    }

    /// <summary>The rate over the memory; it takes about that long to be right after a change.</summary>
    public long PerSecond(long nowNs)
    {
        Decay(nowNs);
        return (_sum >> UnitShift) * 1_000_000 / _memoryUs;
    }

    private void Decay(long nowNs)
    {
        if (!_hasTime)
        {
            _hasTime = true;
            _decayedAtNs = nowNs;
        }

        long sinceNs = nowNs - _decayedAtNs;
        if (sinceNs >= StepNs)
        {
            _sum = _sum * _memoryUs / (_memoryUs + (sinceNs / 1_000));
            _decayedAtNs = nowNs;
        }
    }
}
