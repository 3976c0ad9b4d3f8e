using System.Buffers.Binary;
using System.Numerics;

namespace Scp.Protocol.Lanes;

/// <summary>
/// The sizes and the checksum of frames on a bulk lane. All integers are little-endian.
/// <code>
/// prefix   type u8 | length u24 | crc u32            length counts the bytes after the prefix
/// chunk    flags u8 | priority u8 | zero u16 | raw length u32 | stream id u64 | offset u64 | data
/// packet   packet number u64 | frames
/// ping     opaque u64                                 pong alike
/// close    error code u16 | reason
/// hello    opaque bytes
/// </code>
/// The crc is CRC-32C over the first four bytes of the prefix and the checked part: the header of a chunk, the whole
/// body of every other type. The data of a chunk is left to TLS, so that a byte of bulk is touched only to be copied.
/// </summary>
internal static class LaneFraming
{
    public const int PrefixBytes = 8;
    public const int CheckedPrefixBytes = 4;
    public const int MaxLength = (1 << 24) - 1;

    /// <summary>What a chunk costs besides its data.</summary>
    public const int ChunkOverheadBytes = PrefixBytes + ChunkHeader.Size;

    /// <summary>The largest chunk with all its headers; no other frame is larger.</summary>
    public const int MaxFrameBytes = ChunkOverheadBytes + ScpLimits.MaxChunkBytes;

    public const int PacketNumberBytes = sizeof(ulong);
    public const int PingBytes = sizeof(ulong);
    public const int CloseCodeBytes = sizeof(ushort);

    public const byte FinFlag = 1;
    public const byte CompressedFlag = 2;

    /// <summary>The lengths a type allows; false for a type that does not exist.</summary>
    public static bool TryGetBounds(LaneFrameType type, out int min, out int max)
    {
        (min, max) = type switch
        {
            LaneFrameType.Hello => (0, ScpLimits.MaxHelloBytes),
            LaneFrameType.Chunk => (ChunkHeader.Size, ChunkHeader.Size + ScpLimits.MaxChunkBytes),
            LaneFrameType.Packet => (PacketNumberBytes, PacketNumberBytes + ScpLimits.MaxDatagramBytes),
            LaneFrameType.Ping or LaneFrameType.Pong => (PingBytes, PingBytes),
            LaneFrameType.Close => (CloseCodeBytes, CloseCodeBytes + ScpLimits.MaxReasonBytes),
            _ => (-1, -1),
        };
        return min >= 0;
    }

    /// <summary>CRC-32C of the start of a prefix followed by the checked part of its frame.</summary>
    public static uint Checksum(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> checkedPart)
    {
        uint crc = BitOperations.Crc32C(~0u, BinaryPrimitives.ReadUInt32LittleEndian(prefix));
        while (checkedPart.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(checkedPart));
            checkedPart = checkedPart[sizeof(ulong)..];
        }

        foreach (byte last in checkedPart)
        {
            crc = BitOperations.Crc32C(crc, last);
        }

        return ~crc;
    }
}
