using System.Globalization;
using System.Text.RegularExpressions;

namespace Tidy.Docs;

/// <summary>
/// Reads a value as specifications write it: 0x02, 65,536, 2^22, 64 KiB, 15 s, 30%. Times come back in the unit that the
/// constant's name ends in. Of a range such as 0x20–0x3F the first value counts.
/// </summary>
public static partial class SpecValue
{
    private static readonly Dictionary<string, decimal> Bytes = new() { ["B"] = 1, ["bytes"] = 1, ["KiB"] = 1L << 10, ["MiB"] = 1L << 20, ["GiB"] = 1L << 30 };

    private static readonly Dictionary<string, decimal> Nanoseconds = new()
    {
        ["ns"] = 1,
        ["µs"] = 1_000,
        ["us"] = 1_000,
        ["ms"] = 1_000_000,
        ["s"] = 1_000_000_000,
        ["min"] = 60_000_000_000,
    };

    private static readonly (string Suffix, decimal Nanoseconds)[] TimeSuffixes = [("Ns", 1), ("Us", 1_000), ("Ms", 1_000_000)];

    public static bool TryParse(string text, string constant, out decimal value)
    {
        value = 0;
        var match = Number().Match(text.Replace("`", "").Trim());
        if (!match.Success || !TryParseNumber(match.Groups["number"].Value, out value))
        {
            return false;
        }

        var unit = match.Groups["unit"].Value;
        if (Nanoseconds.TryGetValue(unit, out var nanoseconds))
        {
            var suffix = Array.Find(TimeSuffixes, s => constant.EndsWith(s.Suffix, StringComparison.Ordinal));
            value = suffix.Suffix is null ? 0 : value * nanoseconds / suffix.Nanoseconds;
            return suffix.Suffix is not null;
        }

        value *= unit switch
        {
            "" => 1,
            "%" => 0.01m,
            _ => Bytes.GetValueOrDefault(unit),
        };
        return unit is "" or "%" || Bytes.ContainsKey(unit);
    }

    private static bool TryParseNumber(string digits, out decimal value)
    {
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            var isHex = ulong.TryParse(digits.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits);
            value = bits;
            return isHex;
        }

        var caret = digits.IndexOf('^');
        if (caret > 0)
        {
            var isPower = int.TryParse(digits.AsSpan(caret + 1), CultureInfo.InvariantCulture, out var exponent) && exponent is >= 0 and < 64;
            value = isPower ? 1UL << exponent : 0;
            return isPower;
        }

        return decimal.TryParse(Separator().Replace(digits, ""), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }

    [GeneratedRegex(@"^(?<number>0[xX][0-9A-Fa-f]+|2\^\d+|\d{1,3}(?:[, _\u00A0\u202F]\d{3})+|\d+(?:\.\d+)?)(?:\s*(?:–|-|\.\.|to)\s*0?[xX]?[0-9A-Fa-f]+)?\s*(?<unit>[A-Za-zµ%]*)$")]
    private static partial Regex Number();

    [GeneratedRegex(@"[, _\u00A0\u202F]")]
    private static partial Regex Separator();
}
