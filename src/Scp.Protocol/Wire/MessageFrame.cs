using Scp.Protocol.Messages;

namespace Scp.Protocol.Wire;

/// <summary>
/// A message, or one part of it.
/// <code>
/// type u8        0x20 | kind (bits 0-1) | 0x04 when in several parts; bits 3-4 zero
/// slot varint
/// sequence varint
/// part u8        only in several parts: index (high nibble), parts - 1 (low nibble)
/// head           only in the first or only part: see MessageHead
/// length varint
/// payload        every part but the last holds exactly ScpLimits.PartBytes
/// </code>
/// </summary>
internal ref struct MessageFrame
{
    private const byte SeveralPartsFlag = 0x04;
    private const byte ReservedFlags = 0x18;

    public MessageKind Kind;
    public MessageId Id;
    public int Part;
    public int Parts;

    /// <summary>Meaningful when <see cref="Part"/> is zero.</summary>
    public MessageHead Head;

    public ReadOnlySpan<byte> Payload;

    public static bool IsMessage(byte type) => (type & 0xE0) == (byte)FrameType.Message;

    /// <summary>Bytes that the part needs, payload included.</summary>
    public static int SizeOf(MessageKind kind, MessageId id, int part, int parts, in MessageHead head, int payloadBytes) =>
        1 + VarInt.SizeOf(id.Slot) + VarInt.SizeOf(id.Sequence) + (parts > 1 ? 1 : 0)
        + (part == 0 ? head.SizeFor(kind) : 0) + VarInt.SizeOf((ulong)payloadBytes) + payloadBytes;

    public static void Write(ref WireWriter writer, MessageKind kind, MessageId id, int part, int parts, in MessageHead head, scoped ReadOnlySpan<byte> payload)
    {
        writer.WriteByte((byte)((byte)FrameType.Message | (byte)kind | (parts > 1 ? SeveralPartsFlag : 0)));
        writer.WriteVarInt(id.Slot);
        writer.WriteVarInt(id.Sequence);
        if (parts > 1)
        {
            writer.WriteByte((byte)((part << 4) | (parts - 1)));
        }

        if (part == 0)
        {
            head.Write(ref writer, kind);
        }

        writer.WriteLengthPrefixed(payload);
    }

    /// <summary>Reads what follows the type byte.</summary>
    public static bool TryRead(byte type, ref WireReader reader, out MessageFrame frame)
    {
        frame = default;
        frame.Kind = (MessageKind)(type & 3);
        frame.Parts = 1;
        ulong slot = reader.ReadVarInt();
        ulong sequence = reader.ReadVarInt();
        if ((type & ReservedFlags) != 0 || slot >= ScpLimits.MaxSlots || sequence == 0)
        {
            return false;
        }

        frame.Id = new MessageId((ushort)slot, sequence);
        if ((type & SeveralPartsFlag) != 0)
        {
            byte part = reader.ReadByte();
            frame.Part = part >> 4;
            frame.Parts = (part & 0x0F) + 1;
            if (frame.Parts is < 2 or > ScpLimits.MaxParts || frame.Part >= frame.Parts)
            {
                return false;
            }
        }

        if (frame.Part == 0 && !MessageHead.TryRead(ref reader, frame.Kind, out frame.Head))
        {
            return false;
        }

        frame.Payload = reader.ReadLengthPrefixed();
        return !reader.Failed && IsPartSizeRight(frame.Part, frame.Parts, frame.Payload.Length);
    }

    private static bool IsPartSizeRight(int part, int parts, int bytes) =>
        parts == 1 || (part < parts - 1 ? bytes == ScpLimits.PartBytes : bytes is > 0 and <= ScpLimits.PartBytes);
}
