using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Scp.Serialization;

/// <summary>UTF-8 into strings, with a status for what is not UTF-8.</summary>
internal static class Utf8Text
{
    private const int MaxShortBytes = 64;

    internal static bool TryDecode(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out string? value)
    {
        // Short ASCII in one pass over a buffer on the stack, checked and widened at once.
        if (utf8.Length <= MaxShortBytes)
        {
            Span<char> chars = stackalloc char[MaxShortBytes];
            if (Ascii.ToUtf16(utf8, chars, out int written) == OperationStatus.Done)
            {
                value = new string(chars[..written]);
                return true;
            }
        }

        // The decoder would replace what is invalid: so it is only asked about what has been found valid.
        bool valid = Utf8.IsValid(utf8);
        value = valid ? Encoding.UTF8.GetString(utf8) : null;
        return valid;
    }
}
