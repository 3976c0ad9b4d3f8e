using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Redundancy;

[TestFixture]
public sealed class ParityFrameTests
{
    [Test]
    public void The_layout_is_as_written()
    {
        byte[] buffer = new byte[64];
        var writer = new WireWriter(buffer);
        ParityFrame.Format(ref writer, 1000, [998, 997, 900], [0x02, 0x00, 0xAA, 0xBB]);

        byte[] expected = [0x04, 3, 2 << 2, 1 << 2, 0x85, 0x01, 4 << 2, 0x02, 0x00, 0xAA, 0xBB];
        Assert.That(buffer[..writer.Written], Is.EqualTo(expected));
    }

    [Property(MaxTest = 500)]
    public void What_is_written_is_read_back(int seed)
    {
        var random = new Random(seed);
        ulong carrier = (ulong)random.NextInt64(1L << random.Next(12, 61));
        var covered = new List<ulong>();
        ulong previous = carrier;
        int count = random.Next(1, ScpLimits.MaxParityPackets + 1);
        while (covered.Count < count && previous > 0)
        {
            previous -= (ulong)Math.Max(1, random.NextInt64((long)Math.Min(previous, 1UL << random.Next(1, 16))));
            covered.Add(previous);
        }

        if (covered.Count == 0)
        {
            return;
        }

        byte[] xor = new byte[random.Next(ParityFrame.MinXorBytes, ScpLimits.MaxDatagramBytes + 1)];
        random.NextBytes(xor);
        byte[] buffer = new byte[xor.Length + 128];
        var writer = new WireWriter(buffer);
        ParityFrame.Format(ref writer, carrier, covered.ToArray(), xor);
        Assert.That(writer.Written, Is.EqualTo(ParityFrame.SizeOf(carrier, covered.ToArray(), xor.Length)));

        var reader = new WireReader(buffer.AsSpan(0, writer.Written));
        Assert.That(reader.ReadByte(), Is.EqualTo((byte)FrameType.Parity));
        Assert.That(ParityFrame.TryParse(ref reader, carrier, out ParityFrame frame), Is.True);
        Assert.That(frame.PacketNumbers.ToArray(), Is.EqualTo(covered));
        Assert.That(frame.Xor.SequenceEqual(xor), Is.True);
        Assert.That(reader.IsEmpty, Is.True);
    }

    [TestCase("00", TestName = "Count of zero")]
    [TestCase("09040404040404040404080000", TestName = "Count of nine")]
    [TestCase("0100080000", TestName = "Distance of zero")]
    [TestCase("020400080000", TestName = "Gap of zero")]
    [TestCase("012C080000", TestName = "Distance past packet zero")]
    [TestCase("022804080000", TestName = "Gap past packet zero")]
    [TestCase("01040400", TestName = "XOR without room for a length")]
    [TestCase("01040C0000", TestName = "XOR cut short")]
    [TestCase("0104", TestName = "Length missing")]
    [TestCase("02", TestName = "Distances missing")]
    [TestCase("", TestName = "Nothing")]
    public void Malformed_frames_are_refused(string hex)
    {
        var reader = new WireReader(Convert.FromHexString(hex));
        Assert.That(ParityFrame.TryParse(ref reader, packetNumber: 10, out _), Is.False);
    }

    [Test]
    public void A_longer_xor_than_any_datagram_is_refused()
    {
        byte[] buffer = new byte[ScpLimits.MaxDatagramBytes + 64];
        var writer = new WireWriter(buffer);
        writer.WriteByte(1);
        writer.WriteVarInt(1);
        writer.WriteLengthPrefixed(new byte[ScpLimits.MaxDatagramBytes + 1]);
        var reader = new WireReader(buffer.AsSpan(0, writer.Written));
        Assert.That(ParityFrame.TryParse(ref reader, 10, out _), Is.False);
    }

    [Property(MaxTest = 2000)]
    public void Whatever_is_parsed_keeps_the_promises(byte[] bytes, ushort carrier)
    {
        var reader = new WireReader(bytes);
        if (!ParityFrame.TryParse(ref reader, carrier, out ParityFrame frame))
        {
            return;
        }

        ulong previous = carrier;
        foreach (ulong covered in frame.PacketNumbers)
        {
            Assert.That(covered, Is.LessThan(previous));
            previous = covered;
        }

        Assert.That(frame.Count, Is.InRange(1, ScpLimits.MaxParityPackets));
        Assert.That(frame.Xor.Length, Is.InRange(ParityFrame.MinXorBytes, ScpLimits.MaxDatagramBytes));
    }

    [Test]
    public void Writing_a_wrong_order_is_a_bug_and_throws()
    {
        Assert.That(() => Format(10, [10]), Throws.InvalidOperationException);
        Assert.That(() => Format(10, [8, 9]), Throws.InvalidOperationException);
        Assert.That(() => Format(10, []), Throws.InvalidOperationException);

        static void Format(ulong carrier, ulong[] covered)
        {
            var writer = new WireWriter(new byte[64]);
            ParityFrame.Format(ref writer, carrier, covered, new byte[4]);
        }
    }
}
