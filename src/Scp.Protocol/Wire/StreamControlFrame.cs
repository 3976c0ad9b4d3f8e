using Scp.Protocol.Streams;

namespace Scp.Protocol.Wire;

/// <summary>
/// The frames that steer streams. All but reset and stop are state: the newest replaces whatever came before it.
/// <code>
/// StreamAck      type 0x05, stream varint, offset varint    all below the offset has arrived; one past the end says the end too
/// StreamCredit   type 0x06, stream varint, limit varint     the stream may send below this offset
/// SessionCredit  type 0x07, limit varint                    all streams together may send this many bytes
/// StreamReset    type 0x08, stream varint, final varint, code varint    the sender gives up after this many bytes
/// StreamStop     type 0x09, stream varint, code varint      the receiver wants no more
/// </code>
/// </summary>
internal static class StreamControlFrame
{
    public static void Write(ref WireWriter writer, in StreamControl control)
    {
        writer.WriteByte((byte)control.Kind);
        if (control.Kind != FrameType.SessionCredit)
        {
            writer.WriteVarInt(control.Stream.Value);
        }

        if (control.Kind != FrameType.StreamStop)
        {
            writer.WriteVarInt((ulong)control.Value);
        }

        if (control.Kind is FrameType.StreamReset or FrameType.StreamStop)
        {
            writer.WriteVarInt((ushort)control.Code);
        }
    }

    /// <summary>Reads what follows the type byte.</summary>
    public static bool TryRead(FrameType kind, ref WireReader reader, out StreamControl control)
    {
        ulong stream = kind != FrameType.SessionCredit ? reader.ReadVarInt() : 0;
        ulong value = kind != FrameType.StreamStop ? reader.ReadVarInt() : 0;
        ulong code = kind is FrameType.StreamReset or FrameType.StreamStop ? reader.ReadVarInt() : 0;
        control = new StreamControl(kind, new StreamId(stream), (long)value, (ErrorCode)Math.Min(code, ushort.MaxValue));
        return !reader.Failed && code <= ushort.MaxValue;
    }
}
