using System.Buffers.Binary;
using System.Numerics;

namespace Consensus.Log;

/// <summary>
/// CRC32C (Castagnoli), by the processor's instruction where it has one. What is checksummed begins with where it belongs,
/// which is not stored beside it: sound bytes in the wrong place are unsound. A seed is what the checksum is after that.
/// </summary>
internal static class LogChecksum
{
    /// <summary>Of bytes that stand for themselves, wherever they are.</summary>
    public const uint NoSeed = uint.MaxValue;

    public static uint Of(uint seed, ReadOnlySpan<byte> bytes)
    {
        uint crc = seed;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    /// <summary>Of what belongs to one segment of one log.</summary>
    public static uint SegmentSeed(UInt128 identity, ulong segmentId)
    {
        uint crc = BitOperations.Crc32C(NoSeed, (ulong)identity);
        crc = BitOperations.Crc32C(crc, (ulong)(identity >> 64));
        return BitOperations.Crc32C(crc, segmentId);
    }

    /// <summary>Of what belongs at one offset of a segment.</summary>
    public static uint RecordSeed(uint segmentSeed, int offset) => BitOperations.Crc32C(segmentSeed, (uint)offset);
}
