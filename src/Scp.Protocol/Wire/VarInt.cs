using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Scp.Protocol.Wire;

/// <summary>
/// Unsigned integers below 2^62 in one, two, four or eight bytes.
/// <code>
/// low two bits of the first byte   00      01      10      11
/// bytes                             1       2       4       8
/// value bits                        6      14      30      62
/// </code>
/// The whole field is read as one little-endian integer and shifted right by two, so decoding is one load and one
/// shift. Longer encodings than needed are accepted; writers use the shortest.
/// </summary>
public static class VarInt
{
    public const ulong MaxValue = (1UL << 62) - 1;
    public const int MaxSize = 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SizeOf(ulong value) => value < 1UL << 6 ? 1 : value < 1UL << 14 ? 2 : value < 1UL << 30 ? 4 : 8;

    /// <summary>Writes <paramref name="value"/> and returns the bytes used; the destination must have room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> destination, ulong value)
    {
        if (value < 1UL << 6)
        {
            destination[0] = (byte)(value << 2);
            return 1;
        }

        return WriteLong(destination, value);
    }

    /// <summary>Reads one integer; false when the source ends inside it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> source, out ulong value, out int size)
    {
        if (source.Length >= MaxSize)
        {
            ulong raw = BinaryPrimitives.ReadUInt64LittleEndian(source);
            int log = (int)raw & 3;
            size = 1 << log;
            // Keep the low 8 * size bits; the shift count is masked to 63 by the CPU, which is right for size 8 too.
            value = (raw << (64 - (8 << log))) >> (64 - (8 << log)) >> 2;
            return true;
        }

        return TryReadShort(source, out value, out size);
    }

    private static int WriteLong(Span<byte> destination, ulong value)
    {
        if (value < 1UL << 14)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)((value << 2) | 1));
            return 2;
        }

        if (value < 1UL << 30)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)((value << 2) | 2));
            return 4;
        }

        if (BitOperations.LeadingZeroCount(value) < 2)
        {
            ThrowTooLarge(value);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(destination, (value << 2) | 3);
        return 8;
    }

    private static bool TryReadShort(ReadOnlySpan<byte> source, out ulong value, out int size)
    {
        value = 0;
        size = 0;
        if (source.IsEmpty)
        {
            return false;
        }

        size = 1 << (source[0] & 3);
        if (source.Length < size)
        {
            return false;
        }

        ulong raw = 0;
        for (int i = size - 1; i >= 0; i--)
        {
            raw = (raw << 8) | source[i];
        }

        value = raw >> 2;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowTooLarge(ulong value) =>
        throw new ArgumentOutOfRangeException(nameof(value), value, "A varint holds less than 2^62.");
}
