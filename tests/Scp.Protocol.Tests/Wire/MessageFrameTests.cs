using FsCheck;
using Scp.Protocol.Messages;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Wire;

[TestFixture]
internal sealed class MessageFrameTests
{
    [Property(MaxTest = 1000)]
    public bool EveryMessageComesBackAndIsAsLargeAsForetold(int seed)
    {
        var random = new Random(seed);
        Case item = Case.Make(random);
        byte[] bytes = item.Encode();
        var reader = new WireReader(bytes.AsSpan(1));
        return bytes.Length == MessageFrame.SizeOf(item.Kind, item.Id, item.Part, item.Parts, item.Head, item.Payload.Length)
            && MessageFrame.TryRead(bytes[0], ref reader, out MessageFrame frame)
            && reader.IsEmpty
            && item.Equals(frame);
    }

    /// <summary>A frame is part of a packet: what follows it is left, and a packet that ends inside it is refused.</summary>
    [Property(MaxTest = 500)]
    public bool AFrameEndsWhereItEnds(int seed)
    {
        var random = new Random(seed);
        byte[] bytes = Case.Make(random).Encode();
        var longer = new WireReader([.. bytes.AsSpan(1), 0xAA, 0xBB]);
        var shorter = new WireReader(bytes.AsSpan(1, random.Next(0, bytes.Length - 1)));
        return MessageFrame.TryRead(bytes[0], ref longer, out _) && longer.Remaining == 2
            && !MessageFrame.TryRead(bytes[0], ref shorter, out _);
    }

    /// <summary>Whatever is accepted, written again, means the same: no bits are carried that nobody has looked at.</summary>
    [Property(MaxTest = 5000)]
    public bool SpoiledBytesAreRefusedOrMeanWhatTheySay(int seed)
    {
        var random = new Random(seed);
        byte[] bytes = Case.Make(random).Encode();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            bytes[random.Next(0, Math.Min(bytes.Length, 45))] = (byte)random.Next(256);
        }

        var reader = new WireReader(bytes.AsSpan(1));
        if (!MessageFrame.IsMessage(bytes[0]) || !MessageFrame.TryRead(bytes[0], ref reader, out MessageFrame frame))
        {
            return true;
        }

        var item = new Case(frame.Kind, frame.Id, frame.Part, frame.Parts, frame.Head, frame.Payload.ToArray());
        byte[] again = item.Encode();
        var second = new WireReader(again.AsSpan(1));
        return again[0] == bytes[0] && MessageFrame.TryRead(again[0], ref second, out MessageFrame same) && item.Equals(same);
    }

    [Test]
    public void ThirtyTwoTypesAreMessages()
    {
        for (int type = 0; type < 256; type++)
        {
            Assert.That(MessageFrame.IsMessage((byte)type), Is.EqualTo(type is >= 0x20 and <= 0x3F), $"0x{type:x2}");
        }
    }

    [Test]
    public void AFullPartWithTheLongestHeadFitsTheBaseDatagram()
    {
        var id = new MessageId(ScpLimits.MaxSlots - 1, VarInt.MaxValue);
        var head = new MessageHead { Topic = uint.MaxValue, DeadlineUs = (long)VarInt.MaxValue, HasTrace = true };
        int size = MessageFrame.SizeOf(MessageKind.Request, id, 0, ScpLimits.MaxParts, head, ScpLimits.PartBytes);
        Assert.That(size, Is.LessThanOrEqualTo(ScpLimits.BaseDatagramBytes - Scp.Protocol.Crypto.PacketProtectionFactory.AesGcm.OverheadBytes));
    }

    private sealed record Case(MessageKind Kind, MessageId Id, int Part, int Parts, MessageHead Head, byte[] Payload)
    {
        public static Case Make(Random random)
        {
            var kind = (MessageKind)random.Next(4);
            int parts = random.Next(3) == 0 ? random.Next(2, ScpLimits.MaxParts + 1) : 1;
            int part = random.Next(parts);
            int bytes = parts == 1 ? random.Next(60) : part < parts - 1 ? ScpLimits.PartBytes : random.Next(1, ScpLimits.PartBytes + 1);
            var payload = new byte[bytes];
            random.NextBytes(payload);
            ulong sequence = 1 + ((ulong)random.NextInt64(long.MaxValue) >> (1 + random.Next(1, 63)));
            return new Case(kind, new MessageId((ushort)random.Next(ScpLimits.MaxSlots), sequence), part, parts, part == 0 ? MakeHead(kind, random) : default, payload);
        }

        public byte[] Encode()
        {
            var writer = new WireWriter(new byte[ScpLimits.MaxDatagramBytes]);
            MessageFrame.Write(ref writer, Kind, Id, Part, Parts, Head, Payload);
            return writer.WrittenSpan.ToArray();
        }

        public bool Equals(in MessageFrame frame) =>
            frame.Kind == Kind && frame.Id == Id && frame.Part == Part && frame.Parts == Parts
            && frame.Payload.SequenceEqual(Payload)
            && frame.Head.Priority == Head.Priority && frame.Head.Status == Head.Status && frame.Head.Code == Head.Code
            && frame.Head.Topic == Head.Topic && frame.Head.DeadlineUs == Head.DeadlineUs
            && frame.Head.IsUrgent == Head.IsUrgent && frame.Head.HasTrace == Head.HasTrace && frame.Head.Trace == Head.Trace;

        private static MessageHead MakeHead(MessageKind kind, Random random)
        {
            var head = new MessageHead { Priority = (Priority)random.Next(4), HasTrace = random.Next(3) == 0, IsUrgent = random.Next(3) == 0 };
            head.DeadlineUs = random.Next(2) == 0 ? 0 : random.NextInt64(1, 1L << random.Next(1, 62));
            head.Trace = head.HasTrace ? new TraceContext((ulong)random.NextInt64(), (ulong)random.NextInt64(), (ulong)random.NextInt64(), (byte)random.Next(256)) : default;
            if (kind != MessageKind.Reply)
            {
                head.Topic = (uint)random.NextInt64(1L << random.Next(1, 33));
            }
            else
            {
                head.Status = (ReplyStatus)random.Next(4);
                head.Code = head.Status == ReplyStatus.Ok ? ErrorCode.None : (ErrorCode)random.Next(ushort.MaxValue + 1);
            }

            return head;
        }
    }
}
