namespace Scp.Protocol.Congestion;

/// <summary>
/// Rates, times and gains in integers, so that the same input decides alike on every machine. Rates are bytes a second,
/// times nanoseconds, gains thousandths. Each operand is held to a range in which no product overflows.
/// </summary>
internal static class RateMath
{
    public const long NsPerSecond = 1_000_000_000;

    /// <summary>Ten gigabytes a second: above any path, and low enough that a rate times ten seconds of microseconds fits.</summary>
    public const long MaxRate = 10_000_000_000;

    /// <summary>Longest interval that takes part in a product; a longer one is cut to it.</summary>
    public const long MaxIntervalNs = 60 * NsPerSecond;

    private const long MaxBytes = 1L << 33;

    public static long RateOf(long bytes, long intervalNs)
    {
        long rate = Math.Clamp(bytes, 0, MaxBytes) * NsPerSecond / Math.Max(intervalNs, 1);
        return Math.Min(rate, MaxRate);
    }

    /// <summary>What flows in <paramref name="intervalNs"/> at <paramref name="rate"/>, to the microsecond.</summary>
    public static long BytesIn(long rate, long intervalNs) =>
        rate * (Math.Clamp(intervalNs, 0, MaxIntervalNs) / 1000) / 1_000_000;

    public static long Scale(long value, int permille) => value * permille / 1000;
}
