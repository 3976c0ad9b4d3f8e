using System.Buffers.Binary;

namespace Consensus.Log;

/// <summary>
/// The first block of a segment.
/// <code>
///  0  8  magic "SCPRAFTL"
///  8  4  CRC32C of bytes 12 to 4095
/// 12  4  version
/// 16  8  node id
/// 24 16  log identity
/// 40  8  segment id
/// 48  8  number of the first batch in it
/// 56     zero to the end of the block
/// </code>
/// Every version keeps magic, checksum and version where they are, so that an older program can tell a newer log from
/// a damaged one.
/// </summary>
internal readonly record struct SegmentHeader(uint Version, NodeId Node, UInt128 Identity, ulong SegmentId, ulong FirstBatch)
{
    private const ulong Magic = 0x4C54464152504353;
    private const int ChecksumAt = 8;
    private const int CoveredAt = 12;

    public void Format(Span<byte> block)
    {
        block = block[..LogFormat.BlockBytes];
        block.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(block, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(block[16..], Node.Value);
        BinaryPrimitives.WriteUInt128LittleEndian(block[24..], Identity);
        BinaryPrimitives.WriteUInt64LittleEndian(block[40..], SegmentId);
        BinaryPrimitives.WriteUInt64LittleEndian(block[48..], FirstBatch);
        BinaryPrimitives.WriteUInt32LittleEndian(block[ChecksumAt..], LogChecksum.Of(LogChecksum.NoSeed, block[CoveredAt..]));
    }

    public static bool TryParse(ReadOnlySpan<byte> block, out SegmentHeader header)
    {
        header = default;
        if (block.Length < LogFormat.BlockBytes || BinaryPrimitives.ReadUInt64LittleEndian(block) != Magic)
        {
            return false;
        }

        block = block[..LogFormat.BlockBytes];
        if (BinaryPrimitives.ReadUInt32LittleEndian(block[ChecksumAt..]) != LogChecksum.Of(LogChecksum.NoSeed, block[CoveredAt..]))
        {
            return false;
        }

        header = new SegmentHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(block[12..]),
            new NodeId(BinaryPrimitives.ReadUInt64LittleEndian(block[16..])),
            BinaryPrimitives.ReadUInt128LittleEndian(block[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(block[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(block[48..]));
        return true;
    }
}
