using System.Globalization;

namespace Wan.Settings;

/// <summary>
/// Quantities as people write them: 40ms, 1.5%, 20mbit, 64KiB. A number without a unit is refused unless it is 0, since nobody
/// can tell 40 from 40. Exact: decimal arithmetic, and no rounding that is not said.
/// </summary>
internal static class Units
{
    private static readonly (string Unit, decimal Factor)[] Times =
        [("ns", 1), ("us", 1_000), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)];

    private static readonly (string Unit, decimal Factor)[] Rates =
        [("bit", 1), ("kbit", 1_000), ("mbit", 1_000_000), ("gbit", 1_000_000_000)];

    private static readonly (string Unit, decimal Factor)[] Sizes =
        [("b", 1), ("kb", 1_000), ("mb", 1_000_000), ("kib", 1_024), ("mib", 1_048_576)];

    private static readonly (string Unit, decimal Factor)[] Shares = [("%", 0.01m)];

    public const string TimeExample = "a time such as 40ms, 1.5s or 200us";

    public const string RateExample = "a rate such as 20mbit, 1gbit or 500kbit";

    public const string SizeExample = "a size such as 1500b, 64kb or 1MiB";

    public const string ShareExample = "a share such as 1% or 0.05%";

    public static bool TryTime(string text, out long ns) => TryWhole(text, Times, out ns);

    public static bool TryRate(string text, out long bitsPerSecond) => TryWhole(text, Rates, out bitsPerSecond);

    public static bool TrySize(string text, out long bytes) => TryWhole(text, Sizes, out bytes);

    public static bool TryShare(string text, out double share)
    {
        bool known = TryScaled(text, Shares, out decimal value) && value <= 1;
        share = known ? (double)value : 0;
        return known;
    }

    public static string Time(long ns) => Shortest(ns, Times);

    public static string Rate(long bitsPerSecond) => bitsPerSecond == 0 ? "unlimited" : Shortest(bitsPerSecond, Rates);

    public static string Size(long bytes) => Shortest(bytes, bytes % 1_024 == 0 ? [Sizes[0], Sizes[3], Sizes[4]] : Sizes[..3]);

    public static string Share(double share) => $"{((decimal)share * 100).ToString("0.######", CultureInfo.InvariantCulture)}%";

    private static bool TryWhole(string text, (string Unit, decimal Factor)[] units, out long value)
    {
        value = 0;
        if (!TryScaled(text, units, out decimal scaled) || scaled > long.MaxValue)
        {
            return false;
        }

        value = (long)decimal.Round(scaled);
        return true;
    }

    private static bool TryScaled(string text, (string Unit, decimal Factor)[] units, out decimal value)
    {
        int digits = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        string unit = text[digits..];
        const NumberStyles plain = NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(text.AsSpan(0, digits), plain, CultureInfo.InvariantCulture, out value))
        {
            return false;
        }

        if (unit.Length == 0)
        {
            return value == 0;
        }

        foreach ((string name, decimal factor) in units)
        {
            if (string.Equals(name, unit, StringComparison.OrdinalIgnoreCase))
            {
                return TryMultiply(ref value, factor);
            }
        }

        return false;
    }

    private static bool TryMultiply(ref decimal value, decimal factor)
    {
        if (value > decimal.MaxValue / Math.Max(1, factor))
        {
            return false;
        }

        value *= factor;
        return true;
    }

    // The largest unit in which the number is whole, or else at least 1.
    private static string Shortest(long value, (string Unit, decimal Factor)[] units)
    {
        if (value == 0)
        {
            return "0";
        }

        (string unit, decimal factor) = units.Last(candidate => value >= candidate.Factor || candidate.Factor == 1);
        return $"{(value / factor).ToString("0.######", CultureInfo.InvariantCulture)}{unit}";
    }
}
