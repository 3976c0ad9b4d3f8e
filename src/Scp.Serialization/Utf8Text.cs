using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Scp.Serialization;

/// <summary>UTF-8 into strings, with a status for what is not UTF-8.</summary>
internal static class Utf8Text
{
    internal static bool TryDecode(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out string? value)
    {
        // Most text is ASCII: its length is known beforehand, and it can be widened straight into the new string.
        if (Ascii.IsValid(utf8))
        {
            value = string.Create(utf8.Length, utf8, static (chars, bytes) => _ = Ascii.ToUtf16(bytes, chars, out _));
            return true;
        }

        // The decoder would replace what is invalid: so it is only asked about what has been found valid.
        bool valid = Utf8.IsValid(utf8);
        value = valid ? Encoding.UTF8.GetString(utf8) : null;
        return valid;
    }
}
