using System.Numerics;
using System.Runtime.CompilerServices;

namespace Scp.PathModel;

/// <summary>
/// A seeded source of random numbers (xoshiro256**, its state filled by SplitMix64): the same seed gives the same numbers on
/// every machine and every runtime, which <see cref="Random"/> does not promise between releases.
/// Every method works on integers alone, so no decision hangs on how a platform rounds.
/// A mutable struct: keep it in a field that is not readonly and pass it by reference, since a copy repeats the original's numbers.
/// Not for keys or anything else that an adversary must not guess.
/// </summary>
public struct PathRandom
{
    /// <summary>A threshold that <see cref="Hit"/> meets always: one in 63-bit fixed point.</summary>
    private const ulong Certain = 1UL << 63;

    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    public PathRandom(ulong seed)
    {
        _s0 = Mix(seed += GoldenGamma);
        _s1 = Mix(seed += GoldenGamma);
        _s2 = Mix(seed += GoldenGamma);
        _s3 = Mix(seed + GoldenGamma);
    }

    /// <summary>
    /// The SplitMix64 finalizer: a bijection that scatters near inputs far apart. Hashing a counter with it gives random numbers
    /// by index, in any order and without state.
    /// </summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>
    /// A probability as the integer that <see cref="Hit"/> compares with, so that the hot path does no floating point.
    /// Values outside 0..1, NaN among them, are clamped: callers validate first.
    /// </summary>
    public static ulong ThresholdOf(double probability)
    {
        if (!(probability > 0))
        {
            return 0;
        }

        return probability >= 1 ? Certain : (ulong)(probability * Certain);
    }

    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;

        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>True with the probability that <paramref name="threshold"/> was made from; 0 never hits and costs no number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Hit(ulong threshold) => threshold != 0 && (NextUInt64() >> 1) < threshold;

    public bool Chance(double probability) => Hit(ThresholdOf(probability));

    /// <summary>Uniform in 0 .. <paramref name="bound"/> − 1, without the bias of a plain remainder (Lemire's method).</summary>
    public long NextBelow(long bound)
    {
        if (bound <= 0)
        {
            ThrowBadRange();
        }

        ulong range = (ulong)bound;
        ulong high = Math.BigMul(NextUInt64(), range, out ulong low);
        if (low < range)
        {
            ulong unfair = (0UL - range) % range;
            while (low < unfair)
            {
                high = Math.BigMul(NextUInt64(), range, out low);
            }
        }

        return (long)high;
    }

    /// <summary>Uniform between the two, both included; the span between them must be less than 2^63 − 1.</summary>
    public long NextBetween(long lowest, long highest) => lowest + NextBelow(checked(highest - lowest + 1));

    /// <summary>
    /// Exponential with the given mean. Von Neumann's method: the length of a descending run of uniform numbers has the right
    /// parity with probability e^−x, so comparisons alone do it, and no library's logarithm can change a trace.
    /// </summary>
    public long NextExponential(long mean)
    {
        if (mean < 0)
        {
            ThrowBadRange();
        }

        for (long wholeMeans = 0; ; wholeMeans++)
        {
            ulong first = NextUInt64();
            ulong last = first;
            bool accepted = false;
            for (ulong next = NextUInt64(); ; next = NextUInt64())
            {
                accepted = !accepted;
                if (next >= last)
                {
                    break;
                }

                last = next;
            }

            if (accepted)
            {
                return (wholeMeans * mean) + (long)Math.BigMul(first, (ulong)mean, out _);
            }
        }
    }

    /// <summary>A source whose numbers have nothing to do with what this one gives from here on.</summary>
    public PathRandom Fork() => new(NextUInt64());

    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = (int)NextBelow(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    internal static PathRandom FromState(ulong s0, ulong s1, ulong s2, ulong s3) =>
        new() { _s0 = s0, _s1 = s1, _s2 = s2, _s3 = s3 };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowBadRange() =>
        throw new InvalidOperationException("A random number was asked from an empty range.");
}
