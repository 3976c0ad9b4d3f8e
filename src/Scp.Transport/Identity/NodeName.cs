using System.Buffers;

namespace Scp.Transport.Identity;

/// <summary>
/// The one rule for names of nodes and clusters: labels of a–z, 0–9 and inner hyphens, joined by dots, at most
/// <see cref="MaxChars"/> in all. So a name is a host name, fits a common name, and is safe in a log, a path and a metric.
/// </summary>
internal static class NodeName
{
    public const int MaxChars = 63;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > MaxChars || name.ContainsAnyExcept(Allowed))
        {
            return false;
        }

        foreach (Range range in name.Split('.'))
        {
            ReadOnlySpan<char> label = name[range];
            if (label.IsEmpty || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>For names that a user gave.</summary>
    public static void Check(string what, string name)
    {
        if (!IsValid(name))
        {
            throw new IdentityException(
                $"\"{Printable(name)}\" cannot name a {what}: a name is labels of a-z, 0-9 and inner hyphens, joined by dots, {MaxChars} characters at most.");
        }
    }

    private static string Printable(string name)
    {
        string shown = name.Length > MaxChars ? name[..MaxChars] + "..." : name;
        return string.Create(shown.Length, shown, (span, text) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsBetween(text[i], ' ', '~') ? text[i] : '?';
            }
        });
    }
}
