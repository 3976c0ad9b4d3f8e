using Scp.Protocol.Wire;

namespace Scp.Protocol.Messages;

/// <summary>
/// What a message says about itself before its payload. It travels in the first part, and at the start of a message
/// stream.
/// <code>
/// flags u8       bits 0-1 priority, bit 2 deadline follows, bit 3 trace follows, bits 4-5 reply status,
///                bit 6 urgent: the reply deserves copies too, bit 7 zero
/// topic varint   requests and one-ways: which handler
/// code varint    replies whose status is not Ok: an error code
/// deadline varint  microseconds left when sent, at least 1
/// trace 25 bytes
/// </code>
/// </summary>
internal struct MessageHead
{
    private const byte DeadlineFlag = 0x04;
    private const byte TraceFlag = 0x08;
    private const byte UrgentFlag = 0x40;
    private const byte ReservedFlags = 0x80;

    public Priority Priority;
    public ReplyStatus Status;
    public bool HasTrace;
    public bool IsUrgent;
    public uint Topic;
    public ErrorCode Code;

    /// <summary>Time left until the deadline, zero when there is none.</summary>
    public long DeadlineUs;

    public TraceContext Trace;

    public readonly int SizeFor(MessageKind kind) => 1
        + (kind != MessageKind.Reply ? VarInt.SizeOf(Topic) : Status != ReplyStatus.Ok ? VarInt.SizeOf((ushort)Code) : 0)
        + (DeadlineUs > 0 ? VarInt.SizeOf((ulong)DeadlineUs) : 0)
        + (HasTrace ? TraceContext.Size : 0);

    public readonly void Write(ref WireWriter writer, MessageKind kind)
    {
        writer.WriteByte((byte)((byte)Priority | (DeadlineUs > 0 ? DeadlineFlag : 0) | (HasTrace ? TraceFlag : 0) | ((byte)Status << 4) | (IsUrgent ? UrgentFlag : 0)));
        if (kind != MessageKind.Reply)
        {
            writer.WriteVarInt(Topic);
        }
        else if (Status != ReplyStatus.Ok)
        {
            writer.WriteVarInt((ushort)Code);
        }

        if (DeadlineUs > 0)
        {
            writer.WriteVarInt((ulong)DeadlineUs);
        }

        if (HasTrace)
        {
            Trace.Format(writer.Free);
            writer.Advance(TraceContext.Size);
        }
    }

    public static bool TryRead(ref WireReader reader, MessageKind kind, out MessageHead head)
    {
        head = default;
        byte flags = reader.ReadByte();
        head.Priority = (Priority)(flags & 3);
        head.Status = (ReplyStatus)((flags >> 4) & 3);
        head.IsUrgent = (flags & UrgentFlag) != 0;
        if ((flags & ReservedFlags) != 0 || (kind != MessageKind.Reply && head.Status != ReplyStatus.Ok))
        {
            return false;
        }

        if (kind != MessageKind.Reply)
        {
            ulong topic = reader.ReadVarInt();
            if (topic > uint.MaxValue)
            {
                return false;
            }

            head.Topic = (uint)topic;
        }
        else if (head.Status != ReplyStatus.Ok)
        {
            ulong code = reader.ReadVarInt();
            if (code > ushort.MaxValue)
            {
                return false;
            }

            head.Code = (ErrorCode)code;
        }

        if ((flags & DeadlineFlag) != 0)
        {
            head.DeadlineUs = (long)reader.ReadVarInt();
            if (head.DeadlineUs == 0)
            {
                return false;
            }
        }

        if ((flags & TraceFlag) != 0)
        {
            ReadOnlySpan<byte> trace = reader.ReadBytes(TraceContext.Size);
            if (reader.Failed)
            {
                return false;
            }

            head.HasTrace = true;
            head.Trace = TraceContext.Parse(trace);
        }

        return !reader.Failed;
    }
}
