using System.Buffers.Binary;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Lanes;

/// <summary>
/// What stands before the data of a chunk.
/// <code>
/// 0  flags       u8    1 = the stream ends where this chunk's data ends, 2 = the data is one LZ4 block
/// 1  priority    u8
/// 2  zero        u16
/// 4  raw length  u32   bytes of data once decompressed
/// 8  stream id   u64   below 2^62
/// 16 offset      u64   of the first byte of data in its stream; offset + raw length is below 2^62
/// </code>
/// </summary>
internal readonly record struct ChunkHeader(
    StreamId Stream, long Offset, int RawLength, Priority Priority, bool Fin, bool Compressed)
{
    public const int Size = 24;

    /// <summary>Offsets end here, so that one past the end of a stream still fits a varint.</summary>
    public const long MaxOffset = (long)VarInt.MaxValue - 1;

    public void Write(Span<byte> destination)
    {
        int flags = (Fin ? LaneFraming.FinFlag : 0) | (Compressed ? LaneFraming.CompressedFlag : 0);
        destination[0] = (byte)flags;
        destination[1] = (byte)Priority;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], RawLength);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], Stream.Value);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], Offset);
    }

    /// <summary>Reads a header that announces <paramref name="dataBytes"/> of data; anything but None refuses it.</summary>
    public static ErrorCode Parse(ReadOnlySpan<byte> source, int dataBytes, out ChunkHeader header)
    {
        int flags = source[0];
        byte priority = source[1];
        uint rawLength = BinaryPrimitives.ReadUInt32LittleEndian(source[4..]);
        ulong stream = BinaryPrimitives.ReadUInt64LittleEndian(source[8..]);
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(source[16..]);
        bool compressed = (flags & LaneFraming.CompressedFlag) != 0;
        header = default;

        if ((flags & ~(LaneFraming.FinFlag | LaneFraming.CompressedFlag)) != 0
            || priority > (byte)Priority.Bulk
            || BinaryPrimitives.ReadUInt16LittleEndian(source[2..]) != 0
            || (compressed ? rawLength == 0 || dataBytes == 0 : rawLength != (uint)dataBytes)
            || stream > VarInt.MaxValue)
        {
            return ErrorCode.Malformed;
        }

        if (rawLength > ScpLimits.MaxChunkBytes || offset > (ulong)MaxOffset - rawLength)
        {
            return ErrorCode.LimitExceeded;
        }

        bool fin = (flags & LaneFraming.FinFlag) != 0;
        header = new ChunkHeader(new StreamId(stream), (long)offset, (int)rawLength, (Priority)priority, fin, compressed);
        return ErrorCode.None;
    }
}
