namespace Consensus.Core;

/// <summary>
/// Seeded random numbers (SplitMix64): the same seed gives the same numbers on every machine. Replicas of one group need
/// different seeds, or their election timeouts would run out together.
/// </summary>
public sealed class RandomSource(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong value = _state += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>A number from zero up to, not including, the bound.</summary>
    public long Below(long bound) => (long)(((UInt128)Next() * (ulong)bound) >> 64);
}
