using System.Text.Json.Nodes;
using Scp.Protocol.Recovery;
using Scp.Protocol.Streams;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Vectors;

/// <summary>
/// Between the fields of a frame, as frames.json names them, and its bytes, by the codecs of the implementation. The few
/// frames that a session reads and writes by itself are written out here; how it reads them is for the session to show.
/// </summary>
internal static class FrameVectorCodec
{
    public const string VarIntName = "VarInt";

    public static byte[] Encode(string frame, JsonObject fields)
    {
        var writer = new WireWriter(new byte[ScpLimits.MaxDatagramBytes]);
        switch (frame)
        {
            case VarIntName:
                writer.WriteVarInt(Number(fields, "value"));
                break;
            case nameof(FrameType.Ack):
                EncodeAck(ref writer, fields);
                break;
            case nameof(FrameType.Parity):
                ParityFrame.Format(ref writer, Number(fields, "packetNumber"), Numbers(fields, "covered"), Hex(fields, "xor"));
                break;
            case nameof(FrameType.Message):
                MessageVectorCodec.Encode(ref writer, fields);
                break;
            case nameof(FrameType.Close):
                CloseFrame.Write(ref writer, (ErrorCode)Number(fields, "code"), (string)fields["reason"]!);
                break;
            default:
                EncodeSmall(ref writer, Enum.Parse<FrameType>(frame), fields);
                break;
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Null when the bytes are refused. Fields that the bytes alone do not say are taken from those given.</summary>
    public static JsonObject? Decode(string frame, JsonObject given, byte[] bytes)
    {
        var reader = new WireReader(bytes);
        if (frame == VarIntName)
        {
            ulong value = reader.ReadVarInt();
            return reader.Failed ? null : new JsonObject { ["value"] = value };
        }

        byte type = reader.ReadByte();
        if (MessageFrame.IsMessage(type))
        {
            return MessageVectorCodec.Decode(type, ref reader);
        }

        switch ((FrameType)type)
        {
            case FrameType.Ack or FrameType.AckRecovered:
                return DecodeAck((FrameType)type, ref reader);
            case FrameType.Parity:
                return DecodeParity(ref reader, Number(given, "packetNumber"));
            case FrameType.Close:
                int start = bytes.Length - reader.Remaining;
                return CloseFrame.TryRead(ref reader, out ErrorCode code) ? DescribeClose(code, bytes[start..]) : null;
            case FrameType.StreamAck or FrameType.StreamCredit or FrameType.SessionCredit or FrameType.StreamReset or FrameType.StreamStop:
                return StreamControlFrame.TryRead((FrameType)type, ref reader, out StreamControl control) ? Describe(control) : null;
            default:
                return DecodeSmall((FrameType)type, ref reader);
        }
    }

    private static void EncodeAck(ref WireWriter writer, JsonObject fields)
    {
        PacketRange[] ranges = [.. fields["ranges"]!.AsArray().Select(range => new PacketRange((ulong)range![0]!, (ulong)range[1]!))];
        Assert.That(ranges[0].High, Is.EqualTo(Number(fields, "largest")));
        Assert.That(AckFrame.TryWrite(ref writer, ranges, (long)Number(fields, "delayUs"), Numbers(fields, "recovered")), Is.True);
    }

    private static JsonObject? DecodeAck(FrameType type, ref WireReader reader)
    {
        if (!AckFrame.TryRead(type, ref reader, out AckFrame frame))
        {
            return null;
        }

        var ranges = new PacketRange[ScpLimits.MaxAckRanges];
        var recovered = new ulong[AckFrame.MaxRecovered];
        ranges = ranges[..frame.CopyRanges(ranges)];
        recovered = recovered[..frame.CopyRecovered(recovered)];
        return new JsonObject
        {
            ["largest"] = frame.Largest,
            ["delayUs"] = frame.DelayUs,
            ["ranges"] = new JsonArray([.. ranges.Select(range => new JsonArray(range.Low, range.High))]),
            ["recovered"] = new JsonArray([.. recovered.Select(number => JsonValue.Create(number))]),
        };
    }

    private static JsonObject? DecodeParity(ref WireReader reader, ulong packetNumber) =>
        !ParityFrame.TryParse(ref reader, packetNumber, out ParityFrame frame) ? null : new JsonObject
        {
            ["packetNumber"] = packetNumber,
            ["covered"] = new JsonArray([.. frame.PacketNumbers.ToArray().Select(number => JsonValue.Create(number))]),
            ["xor"] = Convert.ToHexStringLower(frame.Xor),
        };

    private static JsonObject DescribeClose(ErrorCode code, byte[] body)
    {
        // The reason is for people, so the codec drops it: it is read again here.
        var reader = new WireReader(body);
        _ = reader.ReadVarInt();
        return new JsonObject { ["code"] = (ushort)code, ["reason"] = System.Text.Encoding.UTF8.GetString(reader.ReadLengthPrefixed()) };
    }

    private static JsonObject Describe(in StreamControl control)
    {
        var fields = new JsonObject();
        if (control.Kind != FrameType.SessionCredit)
        {
            fields["stream"] = control.Stream.Value;
        }

        if (control.Kind != FrameType.StreamStop)
        {
            fields["value"] = control.Value;
        }

        if (control.Kind is FrameType.StreamReset or FrameType.StreamStop)
        {
            fields["code"] = (ushort)control.Code;
        }

        return fields;
    }

    private static void EncodeSmall(ref WireWriter writer, FrameType type, JsonObject fields)
    {
        switch (type)
        {
            case FrameType.StreamAck or FrameType.StreamCredit or FrameType.SessionCredit or FrameType.StreamReset or FrameType.StreamStop:
                StreamControlFrame.Write(ref writer, new StreamControl(
                    type,
                    new StreamId((ulong?)fields["stream"] ?? 0),
                    (long?)fields["value"] ?? 0,
                    (ErrorCode)((ushort?)fields["code"] ?? 0)));
                return;
            case FrameType.Cancel:
                writer.WriteByte((byte)type);
                writer.WriteVarInt(Number(fields, "slot"));
                writer.WriteVarInt(Number(fields, "sequence"));
                return;
            case FrameType.SlotCredit:
                writer.WriteByte((byte)type);
                writer.WriteVarInt(Number(fields, "slots"));
                return;
            case FrameType.PathChallenge or FrameType.PathResponse:
                writer.WriteByte((byte)type);
                writer.WriteBytes(Hex(fields, "data"));
                return;
            default:
                writer.WriteByte((byte)type);
                return;
        }
    }

    private static JsonObject? DecodeSmall(FrameType type, ref WireReader reader)
    {
        var fields = new JsonObject();
        switch (type)
        {
            case FrameType.Padding or FrameType.Ping:
                return fields;
            case FrameType.Cancel:
                ulong slot = reader.ReadVarInt();
                ulong sequence = reader.ReadVarInt();
                fields["slot"] = slot;
                fields["sequence"] = sequence;
                return reader.Failed || slot >= ScpLimits.MaxSlots || sequence == 0 ? null : fields;
            case FrameType.SlotCredit:
                ulong slots = reader.ReadVarInt();
                fields["slots"] = slots;
                return reader.Failed || slots is 0 or > ScpLimits.MaxSlots ? null : fields;
            case FrameType.PathChallenge or FrameType.PathResponse:
                fields["data"] = Convert.ToHexStringLower(reader.ReadBytes(sizeof(ulong)));
                return reader.Failed ? null : fields;
            default:
                return null;
        }
    }

    private static ulong Number(JsonObject fields, string name) => (ulong)fields[name]!;

    private static ulong[] Numbers(JsonObject fields, string name) => [.. fields[name]!.AsArray().Select(number => (ulong)number!)];

    private static byte[] Hex(JsonObject fields, string name) => Convert.FromHexString((string)fields[name]!);
}
