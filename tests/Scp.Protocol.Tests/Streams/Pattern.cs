namespace Scp.Protocol.Tests.Streams;

/// <summary>
/// Bytes that say where they belong: every offset of every direction of every stream has its own place in a table whose
/// length is prime, so that no chunk-sized shift or swap goes unnoticed.
/// </summary>
internal static class Pattern
{
    public const int Period = 65521;

    private static readonly byte[] Table = MakeTable();

    public static void Fill(int key, long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            ReadOnlySpan<byte> part = Part(key, offset, destination.Length);
            part.CopyTo(destination);
            destination = destination[part.Length..];
            offset += part.Length;
        }
    }

    public static bool Matches(int key, long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> part = Part(key, offset, bytes.Length);
            if (!bytes[..part.Length].SequenceEqual(part))
            {
                return false;
            }

            bytes = bytes[part.Length..];
            offset += part.Length;
        }

        return true;
    }

    public static int Key(StreamId id, bool fromInitiator) => (int)(((id.Value * 7919) + (fromInitiator ? 31UL : 17UL)) % Period);

    private static ReadOnlySpan<byte> Part(int key, long offset, int maxBytes)
    {
        int at = (int)((offset + key) % Period);
        return Table.AsSpan(at, Math.Min(maxBytes, Period - at));
    }

    private static byte[] MakeTable()
    {
        byte[] table = new byte[Period];
        new Random(1).NextBytes(table);
        return table;
    }
}
