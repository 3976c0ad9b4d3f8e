using System.Buffers.Binary;

namespace Consensus.Log;

/// <summary>
/// What begins a batch, at the start of a block.
/// <code>
///  0  4  magic "SLB1"
///  4  4  CRC32C of bytes 8 to length, from the segment's seed
///  8  8  batch number, ascending by one over the whole log
/// 16  4  length: this header and the records, without the zeros up to the next block
/// 20  4  flags: 1 = the last of its segment; the next segment exists
/// 24  8  oldest segment that holds anything live
/// </code>
/// The segment's id is not in it but in the seed: a batch that an earlier life of the file left behind cannot pass.
/// </summary>
internal readonly record struct BatchHeader(ulong Number, int Length, bool IsLast, ulong OldestSegment)
{
    public const int Size = 32;

    private const uint Magic = 0x31424C53;
    private const uint LastFlag = 1;
    private const int CoveredAt = 8;

    /// <summary>Writes the header in front of the records, and the checksum over both.</summary>
    public void Seal(Span<byte> batch, uint segmentSeed)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(batch, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(batch[8..], Number);
        BinaryPrimitives.WriteInt32LittleEndian(batch[16..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[20..], IsLast ? LastFlag : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(batch[24..], OldestSegment);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[4..], LogChecksum.Of(segmentSeed, batch[CoveredAt..Length]));
    }

    /// <summary>Reads what a header claims; nothing of it counts before <see cref="Verify"/> has seen the whole batch.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out BatchHeader header)
    {
        header = default;
        if (bytes.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            return false;
        }

        header = new BatchHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
            (BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]) & LastFlag) != 0,
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
        return header.Length is >= Size and <= LogFormat.MaxBatchBytes;
    }

    public static bool Verify(ReadOnlySpan<byte> batch, uint segmentSeed) =>
        BinaryPrimitives.ReadUInt32LittleEndian(batch[4..]) == LogChecksum.Of(segmentSeed, batch[CoveredAt..]);
}
