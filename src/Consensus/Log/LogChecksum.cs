using System.Buffers.Binary;
using System.Numerics;

namespace Consensus.Log;

/// <summary>
/// CRC32C (Castagnoli), by the processor's instruction where it has one. What is checksummed begins from a seed that says
/// where it belongs, so that sound bytes in the wrong place are unsound.
/// </summary>
internal static class LogChecksum
{
    public static uint Of(uint seed, ReadOnlySpan<byte> bytes)
    {
        uint crc = ~seed;
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
        uint crc = BitOperations.Crc32C(uint.MaxValue, (ulong)identity);
        crc = BitOperations.Crc32C(crc, (ulong)(identity >> 64));
        return BitOperations.Crc32C(crc, segmentId);
    }

    /// <summary>Of what belongs at one offset of a segment.</summary>
    public static uint RecordSeed(uint segmentSeed, int offset) => BitOperations.Crc32C(segmentSeed, (uint)offset);
}
