using Scp.Protocol.Recovery;
using Scp.Protocol.Streams;
using Scp.Protocol.Wire;

namespace Fuzz.Targets;

/// <summary>Single frames: what parses means the same once written and parsed again, and stays within its limits.</summary>
internal sealed class FrameTarget : IFuzzTarget
{
    private readonly byte[] _buffer = new byte[16 * 1024];

    public string Name => "frame";

    public IEnumerable<byte[]> Seeds() => FrameSeeds.All();

    public bool Run(ReadOnlySpan<byte> input)
    {
        var reader = new WireReader(input);
        byte type = reader.ReadByte();
        if (MessageFrame.IsMessage(type))
        {
            return RunMessage(type, reader);
        }

        return (FrameType)type switch
        {
            FrameType.Ack or FrameType.AckRecovered => RunAck((FrameType)type, reader),
            FrameType.Parity => RunParity(reader),
            FrameType.StreamAck or FrameType.StreamCredit or FrameType.SessionCredit or FrameType.StreamReset or FrameType.StreamStop => RunControl((FrameType)type, reader),
            _ => false,
        };
    }

    private bool RunMessage(byte type, WireReader reader)
    {
        if (!MessageFrame.TryRead(type, ref reader, out MessageFrame frame))
        {
            return false;
        }

        var writer = new WireWriter(_buffer);
        MessageFrame.Write(ref writer, frame.Kind, frame.Id, frame.Part, frame.Parts, frame.Head, frame.Payload);
        Check.That(
            writer.Written == MessageFrame.SizeOf(frame.Kind, frame.Id, frame.Part, frame.Parts, frame.Head, frame.Payload.Length),
            "a message frame is not as long as it says");
        var second = new WireReader(writer.WrittenSpan);
        byte typeAgain = second.ReadByte();
        Check.That(MessageFrame.TryRead(typeAgain, ref second, out MessageFrame again) && second.IsEmpty, "a message frame is not accepted again");
        Check.That(
            again.Kind == frame.Kind && again.Id == frame.Id && again.Part == frame.Part && again.Parts == frame.Parts
            && again.Head.Topic == frame.Head.Topic && again.Head.Code == frame.Head.Code && again.Head.DeadlineUs == frame.Head.DeadlineUs
            && again.Head.Trace == frame.Head.Trace && again.Payload.SequenceEqual(frame.Payload),
            "a message frame does not mean the same once written and read again");
        return true;
    }

    private bool RunAck(FrameType type, WireReader reader)
    {
        if (!AckFrame.TryRead(type, ref reader, out AckFrame frame))
        {
            return false;
        }

        var ranges = new PacketRange[Scp.Protocol.ScpLimits.MaxAckRanges];
        int count = frame.CopyRanges(ranges);
        ulong above = ulong.MaxValue;
        foreach (PacketRange range in ranges.AsSpan(0, count))
        {
            Check.That(range.Low <= range.High && range.High < above, "the ranges of an acknowledgement do not fall");
            above = range.Low;
        }

        var recovered = new ulong[AckFrame.MaxRecovered];
        int recoveredCount = frame.CopyRecovered(recovered);
        var writer = new WireWriter(_buffer);
        Check.That(
            AckFrame.TryWrite(ref writer, ranges.AsSpan(0, count), Math.Min(frame.DelayUs, 1L << 50), recovered.AsSpan(0, recoveredCount)),
            "an acknowledgement that was read cannot be written");
        var second = new WireReader(writer.WrittenSpan);
        Check.That(AckFrame.TryRead((FrameType)second.ReadByte(), ref second, out AckFrame again) && second.IsEmpty, "an acknowledgement is not accepted again");
        var rangesAgain = new PacketRange[Scp.Protocol.ScpLimits.MaxAckRanges];
        Check.That(again.CopyRanges(rangesAgain) == count && rangesAgain.AsSpan().SequenceEqual(ranges), "an acknowledgement does not mean the same once written and read again");
        return true;
    }

    private bool RunParity(WireReader reader)
    {
        const ulong Number = 1UL << 40;
        if (!ParityFrame.TryParse(ref reader, Number, out ParityFrame frame))
        {
            return false;
        }

        var writer = new WireWriter(_buffer);
        ParityFrame.Format(ref writer, Number, frame.PacketNumbers, frame.Xor);
        var second = new WireReader(writer.WrittenSpan);
        _ = second.ReadByte();
        Check.That(
            ParityFrame.TryParse(ref second, Number, out ParityFrame again) && again.PacketNumbers.SequenceEqual(frame.PacketNumbers) && again.Xor.SequenceEqual(frame.Xor),
            "parity does not mean the same once written and read again");
        return true;
    }

    private bool RunControl(FrameType type, WireReader reader)
    {
        if (!StreamControlFrame.TryRead(type, ref reader, out StreamControl control))
        {
            return false;
        }

        var writer = new WireWriter(_buffer);
        StreamControlFrame.Write(ref writer, control);
        var second = new WireReader(writer.WrittenSpan);
        Check.That(StreamControlFrame.TryRead((FrameType)second.ReadByte(), ref second, out StreamControl again) && again == control, "stream control does not mean the same once written and read again");
        return true;
    }
}
