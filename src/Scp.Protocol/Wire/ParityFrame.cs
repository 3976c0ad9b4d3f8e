using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Scp.Protocol.Wire;

/// <summary>
/// The XOR of the payloads of one to eight earlier packets of the same direction.
/// <code>
/// type       u8      0x04
/// count      u8      1..8
/// distance   varint  this packet's number − the newest covered number, at least 1
/// gap        varint  × (count − 1): each covered number − the next older one, at least 1
/// length     varint  2..8952
/// xor        length bytes
/// </code>
/// Each covered payload enters the XOR as its length (u16, little-endian) followed by its bytes, padded with zeros to
/// the longest. Over one packet the frame is a delayed copy. Numbers are relative to the packet that carries the frame,
/// so a frame means nothing without that number, and none of the numbers it names can lie ahead of it.
/// </summary>
internal readonly ref struct ParityFrame
{
    /// <summary>The length field of one payload: the shortest XOR there can be.</summary>
    public const int MinXorBytes = sizeof(ushort);

    /// <summary>
    /// The most that a frame adds to its XOR bytes: type, count, eight distances and a length, all below 2^14, as they
    /// are in every frame that a receiver can still use.
    /// </summary>
    public const int MaxOverheadBytes = 2 + (2 * ScpLimits.MaxParityPackets) + 2;

    private readonly CoveredPackets _packetNumbers;

    private ParityFrame(scoped in CoveredPackets packetNumbers, int count, ReadOnlySpan<byte> xor)
    {
        _packetNumbers = packetNumbers;
        Count = count;
        Xor = xor;
    }

    public int Count { get; }

    /// <summary>Points into the packet that was parsed.</summary>
    public ReadOnlySpan<byte> Xor { get; }

    /// <summary>The covered packets, newest first.</summary>
    [UnscopedRef]
    public ReadOnlySpan<ulong> PacketNumbers => ((ReadOnlySpan<ulong>)_packetNumbers)[..Count];

    /// <summary>The exact size of a frame carried by <paramref name="packetNumber"/>.</summary>
    public static int SizeOf(ulong packetNumber, ReadOnlySpan<ulong> coveredNewestFirst, int xorBytes)
    {
        int size = 2 + VarInt.SizeOf((ulong)xorBytes) + xorBytes;
        ulong previous = packetNumber;
        foreach (ulong covered in coveredNewestFirst)
        {
            size += VarInt.SizeOf(previous - covered);
            previous = covered;
        }

        return size;
    }

    /// <summary>Writes a frame, type included. What it covers comes from this side, so a wrong order is a bug and throws.</summary>
    public static void Format(ref WireWriter writer, ulong packetNumber, scoped ReadOnlySpan<ulong> coveredNewestFirst, ReadOnlySpan<byte> xor)
    {
        if (coveredNewestFirst.Length is < 1 or > ScpLimits.MaxParityPackets
            || xor.Length is < MinXorBytes or > ScpLimits.MaxDatagramBytes)
        {
            ThrowUnformattable();
        }

        writer.WriteByte((byte)FrameType.Parity);
        writer.WriteByte((byte)coveredNewestFirst.Length);
        ulong previous = packetNumber;
        foreach (ulong covered in coveredNewestFirst)
        {
            if (covered >= previous)
            {
                ThrowUnformattable();
            }

            writer.WriteVarInt(previous - covered);
            previous = covered;
        }

        writer.WriteLengthPrefixed(xor);
    }

    /// <summary>Reads what follows the type byte; false when the frame is malformed.</summary>
    public static bool TryParse(scoped ref WireReader reader, ulong packetNumber, out ParityFrame frame)
    {
        frame = default;
        int count = reader.ReadByte();
        if (count is < 1 or > ScpLimits.MaxParityPackets)
        {
            return false;
        }

        CoveredPackets numbers = default;
        ulong previous = packetNumber;
        for (int i = 0; i < count; i++)
        {
            ulong distance = reader.ReadVarInt();
            if (distance == 0 || distance > previous)
            {
                return false;
            }

            previous -= distance;
            numbers[i] = previous;
        }

        ReadOnlySpan<byte> xor = reader.ReadLengthPrefixed();
        if (reader.Failed || xor.Length is < MinXorBytes or > ScpLimits.MaxDatagramBytes)
        {
            return false;
        }

        frame = new ParityFrame(numbers, count, xor);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowUnformattable() =>
        throw new InvalidOperationException("A parity frame covers one to eight earlier packets, newest first, and fits a datagram.");
}
