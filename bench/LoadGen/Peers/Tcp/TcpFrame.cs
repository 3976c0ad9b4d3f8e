using System.Buffers.Binary;

namespace LoadGen.Peers.Tcp;

/// <summary>
/// A request or reply on a TCP connection. The first byte of a connection says what it is for: R requests, B bulk.
/// <code>
/// 0   u32   bytes of payload
/// 4   u64   number of the request, returned with its reply
/// 12  ...   payload
/// </code>
/// </summary>
internal static class TcpFrame
{
    public const int HeaderBytes = 12;
    public const byte Requests = (byte)'R';
    public const byte Bulk = (byte)'B';

    public static void WriteHeader(Span<byte> header, int payloadBytes, ulong number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header, payloadBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(header[4..], number);
    }

    /// <summary>Reads a whole frame at the start of the bytes; false when it is not all there yet. Negative lengths end it: see <paramref name="payload"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int maxPayloadBytes, out ulong number, out Range payload)
    {
        number = 0;
        payload = default;
        if (bytes.Length < HeaderBytes)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length < 0 || length > maxPayloadBytes)
        {
            throw new InvalidDataException($"A frame of {length} bytes came: at most {maxPayloadBytes} are meant.");
        }

        number = BinaryPrimitives.ReadUInt64LittleEndian(bytes[4..]);
        payload = HeaderBytes..(HeaderBytes + length);
        return bytes.Length >= HeaderBytes + length;
    }
}
