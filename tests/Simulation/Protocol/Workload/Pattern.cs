using Scp.PathModel;

namespace Simulation.Protocol.Workload;

/// <summary>
/// The bytes that every payload must consist of: a slice of one fixed random sequence that starts where the number of its
/// operation says. Whoever knows the number and the position knows each byte, so a receiver checks all of them and no copy
/// needs to be kept; the period is prime, so bytes that are off by a power of two never look right.
/// </summary>
internal static class Pattern
{
    public const int MaxSliceBytes = 1 << 20;

    private const int Period = 1_048_573;

    private static readonly byte[] Bytes = Create();

    /// <summary>The payload of an operation's message; each operation has several, told apart by <paramref name="leg"/>.</summary>
    public static ReadOnlySpan<byte> Of(uint number, int leg, int length) => At(number, leg, 0, length);

    /// <summary>The bytes of a longer sequence from a position on.</summary>
    public static ReadOnlySpan<byte> At(uint number, int leg, long position, int length)
    {
        ulong start = PathRandom.Mix(((ulong)number << 8) | (uint)leg) % Period;
        return Bytes.AsSpan((int)((start + (ulong)position) % Period), length);
    }

    private static byte[] Create()
    {
        var bytes = new byte[Period + MaxSliceBytes];
        var random = new PathRandom(1);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = i < Period ? (byte)random.NextUInt64() : bytes[i - Period];
        }

        return bytes;
    }
}
