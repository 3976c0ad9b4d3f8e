using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace LoadGen.Bulk;

/// <summary>
/// What travels on a bulk channel, whatever carries it: a header, the bytes, the end of the stream; then back a receipt.
/// <code>
/// header    u64 transfer, u8 flags (1 = the receipt's sum is wanted)
/// receipt   u64 bytes received after the header, u32 their CRC32C or zero
/// </code>
/// </summary>
internal static class BulkFormat
{
    public const int HeaderBytes = 9;
    public const int ReceiptBytes = 12;
    public const byte WantsSum = 1;

    public static void WriteHeader(Span<byte> header, ulong transfer, bool wantsSum)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(header, transfer);
        header[8] = wantsSum ? WantsSum : (byte)0;
    }

    public static void WriteReceipt(Span<byte> bytes, BulkReceipt receipt)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, receipt.Bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], receipt.Sum);
    }

    public static BulkReceipt ReadReceipt(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));

    /// <summary>CRC32C, continued from the sum so far.</summary>
    public static uint Sum(uint sum, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            sum = BitOperations.Crc32C(sum, word);
        }

        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..])
        {
            sum = BitOperations.Crc32C(sum, rest);
        }

        return sum;
    }
}
