using System.Text;
using Consensus.Log;

namespace Consensus.Tests.Log;

/// <summary>The bytes on disk, so that tomorrow's program reads today's log.</summary>
public sealed class FormatTests
{
    [Test]
    public void TheChecksumIsCrc32C() =>
        Assert.That(LogChecksum.Of(LogChecksum.NoSeed, "123456789"u8), Is.EqualTo(0xE3069283));

    [Property]
    public bool TheChecksumIsThatOfOneBitAtATime(byte[] bytes, ulong segment, ushort offset)
    {
        byte[] all = [.. Bytes(LogFixture.Identity), .. BitConverter.GetBytes(segment), .. BitConverter.GetBytes((uint)offset), .. bytes];
        uint crc = uint.MaxValue;
        foreach (byte b in all)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        uint seed = LogChecksum.RecordSeed(LogChecksum.SegmentSeed(LogFixture.Identity, segment), offset);
        return LogChecksum.Of(seed, bytes) == ~crc;
    }

    [Test]
    public void ABatchLooksAsItsPageSays()
    {
        using var fixture = new LogFixture();
        fixture.Write(batch =>
        {
            GroupWrite write = batch.Add(fixture.Group(0x0A));
            write.SetHardState(new HardState(3, new ReplicaId(2), 0));
            write.Append(new Entry(1, 3, EntryKind.Barrier, ReadOnlyMemory<byte>.Empty));
            write.Append(new Entry(2, 3, EntryKind.Command, "abc"u8.ToArray()));
        });

        var text = new StringBuilder();
        ReadOnlySpan<byte> batch = fixture.Head.Bytes.AsSpan(LogFormat.BlockBytes);
        text.Append(Convert.ToHexStringLower(batch[..32])).Append('\n');
        text.Append(Convert.ToHexStringLower(batch[32..80])).Append('\n');
        text.Append(Convert.ToHexStringLower(batch[80..133]));
        Assert.That(text.ToString(), Is.EqualTo(Golden));
        Assert.That(batch[133..LogFormat.BlockBytes].IndexOfAnyExcept((byte)0), Is.EqualTo(-1));
    }

    [Test]
    public void OptionsNameWhatIsWrong() =>
        Assert.That(
            () => NodeLog.Open(new SimulatedLogDisk(1), new LogOptions { SegmentBytes = 5000 }, LogFixture.Node, LogFixture.Identity, create: true),
            Throws.ArgumentException.With.Message.Contains("LogOptions.SegmentBytes must be a multiple of 4096"));

    private static byte[] Bytes(UInt128 value) => [.. BitConverter.GetBytes((ulong)value), .. BitConverter.GetBytes((ulong)(value >> 64))];

    /// <summary>Put together from the page alone, by another program.</summary>
    private const string Golden =
        "534c4231efefa5f2010000000000000085000000000000000100000000000000\n" +
        "111491a6300000000a000000000000000200000000000000030000000000000002000000000000000000000000000000\n" +
        "7619faf3350000000a0000000000000001000000020000000100000000000000030000000000000003000000000103000000616263";
}
