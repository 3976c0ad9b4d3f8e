using System.Text.Json.Nodes;
using Scp.Protocol.Messages;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Vectors;

/// <summary>Between the fields of a message frame, as frames.json names them, and its bytes.</summary>
internal static class MessageVectorCodec
{
    public static void Encode(ref WireWriter writer, JsonObject fields)
    {
        var kind = Enum.Parse<MessageKind>((string)fields["kind"]!);
        var id = new MessageId((ushort)fields["slot"]!, (ulong)fields["sequence"]!);
        int part = (int)fields["part"]!;
        int parts = (int)fields["parts"]!;
        byte[] payload = Convert.FromHexString((string)fields["payload"]!);
        MessageHead head = HeadOf(fields);
        int start = writer.Written;
        MessageFrame.Write(ref writer, kind, id, part, parts, head, payload);
        Assert.That(MessageFrame.SizeOf(kind, id, part, parts, head, payload.Length), Is.EqualTo(writer.Written - start), "the size foretold");
    }

    public static JsonObject? Decode(byte type, ref WireReader reader)
    {
        if (!MessageFrame.TryRead(type, ref reader, out MessageFrame frame))
        {
            return null;
        }

        var fields = new JsonObject
        {
            ["kind"] = frame.Kind.ToString(),
            ["slot"] = frame.Id.Slot,
            ["sequence"] = frame.Id.Sequence,
            ["part"] = frame.Part,
            ["parts"] = frame.Parts,
            ["payload"] = Convert.ToHexStringLower(frame.Payload),
        };
        if (frame.Part == 0)
        {
            Describe(frame.Kind, frame.Head, fields);
        }

        return fields;
    }

    private static MessageHead HeadOf(JsonObject fields)
    {
        var head = new MessageHead
        {
            Priority = (Priority)((byte?)fields["priority"] ?? 0),
            Topic = (uint?)fields["topic"] ?? 0,
            Code = (ErrorCode)((ushort?)fields["code"] ?? 0),
            DeadlineUs = (long?)fields["deadlineUs"] ?? 0,
            Status = Enum.Parse<ReplyStatus>((string?)fields["status"] ?? nameof(ReplyStatus.Ok)),
            HasTrace = fields.ContainsKey("trace"),
            IsUrgent = fields.ContainsKey("urgent"),
        };
        if (fields["trace"] is { } trace)
        {
            byte[] bytes = Convert.FromHexString((string)trace["traceId"]! + (string)trace["spanId"]!);
            head.Trace = TraceContext.Parse([.. bytes, (byte)trace["flags"]!]);
        }

        return head;
    }

    private static void Describe(MessageKind kind, in MessageHead head, JsonObject fields)
    {
        fields["priority"] = (byte)head.Priority;
        if (kind != MessageKind.Reply)
        {
            fields["topic"] = head.Topic;
        }
        else
        {
            fields["status"] = head.Status.ToString();
            if (head.Status != ReplyStatus.Ok)
            {
                fields["code"] = (ushort)head.Code;
            }
        }

        if (head.IsUrgent)
        {
            fields["urgent"] = true;
        }

        if (head.DeadlineUs > 0)
        {
            fields["deadlineUs"] = head.DeadlineUs;
        }

        if (head.HasTrace)
        {
            var bytes = new byte[TraceContext.Size];
            head.Trace.Format(bytes);
            fields["trace"] = new JsonObject
            {
                ["traceId"] = Convert.ToHexStringLower(bytes.AsSpan(0, 16)),
                ["spanId"] = Convert.ToHexStringLower(bytes.AsSpan(16, 8)),
                ["flags"] = bytes[24],
            };
        }
    }
}
