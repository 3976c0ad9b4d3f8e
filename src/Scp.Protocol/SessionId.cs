using System.Buffers.Binary;
using System.Globalization;

namespace Scp.Protocol;

/// <summary>
/// Sixteen random bytes that name a session to both of its nodes. Held as two integers read in the order of the bytes,
/// so that the text shows them as they travel.
/// </summary>
public readonly record struct SessionId(ulong High, ulong Low)
{
    public const int Size = 16;

    /// <summary>The id of no session, as a hello carries that opens one.</summary>
    public bool IsZero => (High | Low) == 0;

    /// <summary>Reads an id from the start of <paramref name="source"/>; false when it is too short.</summary>
    public static bool TryParse(ReadOnlySpan<byte> source, out SessionId id)
    {
        id = default;
        if (source.Length < Size)
        {
            return false;
        }

        id = new SessionId(BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[8..]));
        return true;
    }

    public void Format(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High:x16}{Low:x16}");
}
