using System.Buffers.Binary;

namespace Scp.Protocol.Wire;

/// <summary>
/// What stands in the clear before the sealed payload of every datagram. All of it is authenticated with the payload.
/// <code>
/// byte  0      version (high four bits), kind (low four bits)
/// byte  1      key phase: how often the sender has changed keys within the epoch, modulo 256
/// bytes 2-3    epoch, its low 16 bits
/// bytes 4-11   destination: the number that the receiver chose for the session in its hello
/// bytes 12-15  packet number, its low 32 bits
/// </code>
/// Integers are little-endian. The destination lets a receiver find the session without looking at addresses, which
/// may change under it.
/// </summary>
public readonly record struct DatagramHeader(DatagramKind Kind, byte KeyPhase, ushort Epoch, ulong DestinationId, uint PacketNumberLow)
{
    public const int Size = 16;

    /// <summary>
    /// Reads the header at the start of a datagram; false when it is too short or of a version or kind unknown here.
    /// Nothing in it may be believed before the datagram has opened.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out DatagramHeader header)
    {
        header = default;
        if (datagram.Length < Size)
        {
            return false;
        }

        DatagramKind kind = (DatagramKind)(datagram[0] & 0x0F);
        int version = datagram[0] >> 4;
        if (version is < ProtocolVersion.Min or > ProtocolVersion.Max || kind is not (DatagramKind.Sealed or DatagramKind.Plain))
        {
            return false;
        }

        header = new DatagramHeader(
            kind,
            datagram[1],
            BinaryPrimitives.ReadUInt16LittleEndian(datagram[2..]),
            BinaryPrimitives.ReadUInt64LittleEndian(datagram[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(datagram[12..]));
        return true;
    }

    public void Format(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], PacketNumberLow);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[4..], DestinationId);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], Epoch);
        destination[1] = KeyPhase;
        destination[0] = (byte)((ProtocolVersion.Max << 4) | (byte)Kind);
    }
}
