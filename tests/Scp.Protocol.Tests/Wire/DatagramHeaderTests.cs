using FsCheck;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Wire;

public sealed class DatagramHeaderTests
{
    [Test]
    public void TheLayoutIsAsWritten()
    {
        byte[] bytes = new byte[DatagramHeader.Size];
        new DatagramHeader(DatagramKind.Plain, 0x07, 0xBEEF, 0x1122334455667788, 0xA1B2C3D4).Format(bytes);
        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo("1207efbe8877665544332211d4c3b2a1"));
    }

    [Property]
    public bool BytesComeBack(bool isSealed, byte phase, ushort epoch, DoNotSize<ulong> destination, DoNotSize<uint> number)
    {
        var header = new DatagramHeader(
            isSealed ? DatagramKind.Sealed : DatagramKind.Plain, phase, epoch, destination.Item, number.Item);
        byte[] bytes = new byte[DatagramHeader.Size + 3];
        header.Format(bytes);
        return DatagramHeader.TryParse(bytes, out DatagramHeader parsed) && parsed == header;
    }

    [Test]
    public void OnlyKnownVersionsAndKindsAreHeaders()
    {
        byte[] bytes = new byte[DatagramHeader.Size];
        for (int first = 0; first < 256; first++)
        {
            bytes[0] = (byte)first;
            Assert.That(DatagramHeader.TryParse(bytes, out _), Is.EqualTo(first is 0x11 or 0x12), $"first byte 0x{first:x2}");
        }
    }

    [Property(MaxTest = 1000)]
    public bool AnyBytesParseOrDoNot(byte[] bytes)
    {
        bool parsed = DatagramHeader.TryParse(bytes, out DatagramHeader header);
        byte[] again = new byte[DatagramHeader.Size];
        header.Format(again);
        return parsed ? again.AsSpan().SequenceEqual(bytes.AsSpan(0, DatagramHeader.Size)) : header == default;
    }
}
