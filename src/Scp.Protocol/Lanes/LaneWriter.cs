using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Scp.Protocol.Lanes;

/// <summary>
/// Builds the frames of a bulk lane. Each method returns the bytes of the whole frame; the destination must have room,
/// which is the caller's to know.
/// </summary>
internal static class LaneWriter
{
    public static int WriteHello(Span<byte> destination, ReadOnlySpan<byte> body)
    {
        body.CopyTo(destination[LaneFraming.PrefixBytes..]);
        return Seal(destination, LaneFrameType.Hello, body.Length);
    }

    /// <summary>
    /// Puts the headers before <paramref name="dataBytes"/> of data that the caller has put, or will put, at
    /// <see cref="LaneFraming.ChunkOverheadBytes"/>.
    /// </summary>
    public static int WriteChunkHeaders(Span<byte> destination, in ChunkHeader header, int dataBytes)
    {
        header.Write(destination[LaneFraming.PrefixBytes..]);
        WritePrefix(destination, LaneFrameType.Chunk, ChunkHeader.Size + dataBytes, ChunkHeader.Size);
        return LaneFraming.ChunkOverheadBytes + dataBytes;
    }

    /// <summary>Where the frames of a packet go before <see cref="SealPacket"/>: nothing is copied then.</summary>
    public static Span<byte> PacketFrames(Span<byte> destination) =>
        destination[(LaneFraming.PrefixBytes + LaneFraming.PacketNumberBytes)..];

    /// <summary>Puts the headers before frames already written to <see cref="PacketFrames"/>.</summary>
    public static int SealPacket(Span<byte> destination, ulong number, int frameBytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination[LaneFraming.PrefixBytes..], number);
        return Seal(destination, LaneFrameType.Packet, LaneFraming.PacketNumberBytes + frameBytes);
    }

    public static int WritePacket(Span<byte> destination, ulong number, ReadOnlySpan<byte> frames)
    {
        frames.CopyTo(PacketFrames(destination));
        return SealPacket(destination, number, frames.Length);
    }

    public static int WritePing(Span<byte> destination, ulong opaque) => WriteOpaque(destination, LaneFrameType.Ping, opaque);

    public static int WritePong(Span<byte> destination, ulong opaque) => WriteOpaque(destination, LaneFrameType.Pong, opaque);

    public static int WriteClose(Span<byte> destination, ErrorCode code, ReadOnlySpan<byte> reason)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination[LaneFraming.PrefixBytes..], (ushort)code);
        reason.CopyTo(destination[(LaneFraming.PrefixBytes + LaneFraming.CloseCodeBytes)..]);
        return Seal(destination, LaneFrameType.Close, LaneFraming.CloseCodeBytes + reason.Length);
    }

    private static int WriteOpaque(Span<byte> destination, LaneFrameType type, ulong opaque)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination[LaneFraming.PrefixBytes..], opaque);
        return Seal(destination, type, LaneFraming.PingBytes);
    }

    private static int Seal(Span<byte> destination, LaneFrameType type, int length)
    {
        WritePrefix(destination, type, length, length);
        return LaneFraming.PrefixBytes + length;
    }

    private static void WritePrefix(Span<byte> destination, LaneFrameType type, int length, int checkedBytes)
    {
        if (!LaneFraming.TryGetBounds(type, out int min, out int max) || length < min || length > max)
        {
            ThrowOutOfBounds(type, length);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)type | ((uint)length << 8));
        uint crc = LaneFraming.Checksum(destination, destination.Slice(LaneFraming.PrefixBytes, checkedBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(destination[LaneFraming.CheckedPrefixBytes..], crc);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowOutOfBounds(LaneFrameType type, int length) =>
        throw new InvalidOperationException($"A lane frame of type {type} cannot have {length} bytes.");
}
