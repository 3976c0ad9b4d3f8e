using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Recovery;
using Scp.Protocol.Wire;

namespace Fuzz.Targets;

/// <summary>One well-formed packet for each kind of frame, and one with several.</summary>
internal static class FrameSeeds
{
    private delegate void Writes(ref WireWriter writer);

    public static IEnumerable<byte[]> All()
    {
        var head = new MessageHead { Topic = 3, Priority = Priority.Request, DeadlineUs = 70_000, HasTrace = true };
        yield return Write((ref WireWriter w) => w.WriteByte((byte)FrameType.Ping));
        yield return Write((ref WireWriter w) => AckFrame.TryWrite(ref w, [new PacketRange(0, 0)], 5, []));
        yield return Write((ref WireWriter w) => AckFrame.TryWrite(ref w, [new PacketRange(90, 100), new PacketRange(7, 50)], 5, [60, 55]));
        yield return Write((ref WireWriter w) => ParityFrame.Format(ref w, 1001, [1000, 998], new byte[300]));
        yield return Write((ref WireWriter w) => MessageFrame.Write(ref w, MessageKind.Request, new MessageId(3, 1), 0, 1, head, new byte[40]));
        yield return Write((ref WireWriter w) => MessageFrame.Write(ref w, MessageKind.OneWay, new MessageId(4, 1), 0, 3, head, new byte[ScpLimits.PartBytes]));
        yield return Write((ref WireWriter w) => MessageFrame.Write(ref w, MessageKind.ReliableOneWay, new MessageId(5, 2), 1, 2, head, new byte[9]));
        yield return Write((ref WireWriter w) => MessageFrame.Write(ref w, MessageKind.Reply, new MessageId(0, 1), 0, 1, new MessageHead { Status = ReplyStatus.NotRun, Code = ErrorCode.Overloaded }, default));
        yield return Control(FrameType.StreamAck, 4, 100);
        yield return Control(FrameType.StreamCredit, 4, 100_000);
        yield return Control(FrameType.SessionCredit, 0, 1_000_000);
        yield return Control(FrameType.StreamReset, 4, 100);
        yield return Control(FrameType.StreamStop, 1, 0);
        yield return [(byte)FrameType.Cancel, 8, 8];
        yield return [(byte)FrameType.SlotCredit, 0x80];
        yield return [(byte)FrameType.PathChallenge, 1, 2, 3, 4, 5, 6, 7, 8];
        yield return [(byte)FrameType.PathResponse, 1, 2, 3, 4, 5, 6, 7, 8];
        yield return Write((ref WireWriter w) => CloseFrame.Write(ref w, ErrorCode.Draining, "bye"));
        yield return Write((ref WireWriter w) =>
        {
            w.WriteByte((byte)FrameType.Ping);
            MessageFrame.Write(ref w, MessageKind.Request, new MessageId(9, 1), 0, 1, head, new byte[4]);
            StreamControlFrame.Write(ref w, new Scp.Protocol.Streams.StreamControl(FrameType.SessionCredit, default, 99_999_999, ErrorCode.None));
            w.WriteByte((byte)FrameType.Padding);
        });
    }

    private static byte[] Control(FrameType kind, ulong stream, long value) => Write((ref WireWriter w) =>
        StreamControlFrame.Write(ref w, new Scp.Protocol.Streams.StreamControl(kind, new StreamId(stream), value, ErrorCode.Cancelled)));

    private static byte[] Write(Writes write)
    {
        var bytes = new byte[2048];
        var writer = new WireWriter(bytes);
        write(ref writer);
        return bytes[..writer.Written];
    }
}
