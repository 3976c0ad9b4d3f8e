using System.Buffers;
using Scp.Serialization.Oracle;

namespace Scp.Serialization.Tests.Support;

/// <summary>Values through the public face of <see cref="MessagePackWriter"/>.</summary>
internal static class ValueWriter
{
    public static byte[] Encode(WireValue value)
    {
        ArrayBufferWriter<byte> output = new();
        var writer = new MessagePackWriter(output);
        Write(ref writer, value);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public static void Write(ref MessagePackWriter writer, WireValue value)
    {
        switch (value.Type)
        {
            case MessagePackType.Nil:
                writer.WriteNil();
                break;
            case MessagePackType.Boolean:
                writer.WriteBoolean(value.Integer != 0);
                break;
            case MessagePackType.Integer when value.Integer > long.MaxValue:
                writer.WriteUInt64((ulong)value.Integer);
                break;
            case MessagePackType.Integer:
                writer.WriteInt64((long)value.Integer);
                break;
            case MessagePackType.Float when value.IsSingle:
                writer.WriteSingle((float)value.Number);
                break;
            case MessagePackType.Float:
                writer.WriteDouble(value.Number);
                break;
            case MessagePackType.String:
                writer.WriteString(value.Text);
                break;
            case MessagePackType.Binary:
                writer.WriteBinary(value.Bytes);
                break;
            case MessagePackType.Extension when value.Timestamp is { } timestamp:
                writer.WriteTimestamp(timestamp);
                break;
            case MessagePackType.Extension:
                writer.WriteExtension(value.ExtensionType, value.Bytes);
                break;
            case MessagePackType.Array:
                writer.WriteArrayHeader(value.Items.Count);
                WriteItems(ref writer, value.Items);
                break;
            case MessagePackType.Map:
                writer.WriteMapHeader(value.Items.Count / 2);
                WriteItems(ref writer, value.Items);
                break;
            default:
                throw new InvalidOperationException($"A value of type {value.Type}.");
        }
    }

    private static void WriteItems(ref MessagePackWriter writer, IReadOnlyList<WireValue> items)
    {
        foreach (WireValue item in items)
        {
            Write(ref writer, item);
        }
    }
}
