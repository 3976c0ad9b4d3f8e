using System.Buffers.Binary;
using Scp.Protocol.Lanes;

namespace Scp.Protocol.Tests.Lanes;

internal sealed class LaneReaderTests
{
    private static readonly ChunkHeader Header = new(new StreamId(6), 70_000, 3, Priority.Request, Fin: true, Compressed: false);

    [Test]
    public void ChunkBytesAreTheOnesSpecified()
    {
        byte[] frame = Frame(b =>
        {
            int written = LaneWriter.WriteChunkHeaders(b, Header, 3);
            "abc"u8.CopyTo(b[LaneFraming.ChunkOverheadBytes..]);
            return written;
        });

        Assert.That(Convert.ToHexString(frame), Is.EqualTo(
            "02" + "1B0000" + Crc(frame, ChunkHeader.Size)
            + "01" + "02" + "0000" + "03000000" + "0600000000000000" + "7011010000000000" + "616263"));
    }

    [Test]
    public void TheChecksumIsCrc32C()
    {
        // The check value of CRC-32C: nine digits, of which the first four stand for the prefix.
        Assert.That(LaneFraming.Checksum("1234"u8, "56789"u8), Is.EqualTo(0xE3069283));
    }

    [Property(MaxTest = 300)]
    public void FramesComeOutAsTheyWentInHoweverTheyAreCut(int seed)
    {
        var random = new Random(seed);
        List<byte> wire = [];
        List<string> expected = [];
        for (int i = 0; i < 12; i++)
        {
            wire.AddRange(RandomFrame(random, expected));
        }

        var reader = new LaneReader();
        List<string> seen = [];
        byte[] bytes = [.. wire];
        int at = 0;
        while (at < bytes.Length)
        {
            int count = Math.Min(bytes.Length - at, random.Next(1, random.Next(2) == 0 ? 8 : 3000));
            Collect(reader, bytes.AsSpan(at, count), seen);
            at += count;
        }

        Assert.That(reader.Error, Is.EqualTo(ErrorCode.None));
        Assert.That(seen, Is.EqualTo(expected));
    }

    [Property(MaxTest = 300)]
    public void AnyFlippedBitOutsideTheDataOfAChunkIsNoticed(int seed)
    {
        var random = new Random(seed);
        byte[] frame = RandomFrame(random, []);
        int checkedBytes = frame[0] == (byte)LaneFrameType.Chunk ? LaneFraming.ChunkOverheadBytes : frame.Length;
        int bit = random.Next(8 * checkedBytes);
        frame[bit / 8] ^= (byte)(1 << (bit % 8));

        var reader = new LaneReader();
        List<string> seen = [];
        Collect(reader, frame, seen);
        // A larger length may leave the reader waiting for the rest, which then fails the checksum.
        Collect(reader, new byte[LaneFraming.MaxFrameBytes], seen);
        Assert.That(reader.Error, Is.Not.EqualTo(ErrorCode.None));
        Assert.That(seen, Is.Empty);
    }

    [TestCase(0x00, 8, ErrorCode.Malformed)]
    [TestCase(0x07, 8, ErrorCode.Malformed)]
    [TestCase(0x01, ScpLimits.MaxHelloBytes + 1, ErrorCode.LimitExceeded)]
    [TestCase(0x02, ChunkHeader.Size - 1, ErrorCode.Malformed)]
    [TestCase(0x02, ChunkHeader.Size + ScpLimits.MaxChunkBytes + 1, ErrorCode.LimitExceeded)]
    [TestCase(0x03, 7, ErrorCode.Malformed)]
    [TestCase(0x03, 8 + ScpLimits.MaxDatagramBytes + 1, ErrorCode.LimitExceeded)]
    [TestCase(0x04, 7, ErrorCode.Malformed)]
    [TestCase(0x05, 9, ErrorCode.LimitExceeded)]
    [TestCase(0x06, 1, ErrorCode.Malformed)]
    [TestCase(0x06, 2 + ScpLimits.MaxReasonBytes + 1, ErrorCode.LimitExceeded)]
    public void AWrongPrefixIsRefusedBeforeItsBody(int type, int length, ErrorCode error)
    {
        byte[] prefix = new byte[LaneFraming.PrefixBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(prefix, (uint)type | ((uint)length << 8));
        AssertRefused(prefix, error);
    }

    [TestCase(0, 4, ErrorCode.Malformed, TestName = "{m}(unknown flag)")]
    [TestCase(1, 4, ErrorCode.Malformed, TestName = "{m}(unknown priority)")]
    [TestCase(2, 1, ErrorCode.Malformed, TestName = "{m}(reserved bits)")]
    [TestCase(4, 4, ErrorCode.Malformed, TestName = "{m}(raw length differs)")]
    [TestCase(15, 0x40, ErrorCode.Malformed, TestName = "{m}(stream id too large)")]
    [TestCase(23, 0x40, ErrorCode.LimitExceeded, TestName = "{m}(offset too large)")]
    public void AWrongChunkHeaderIsRefused(int at, byte value, ErrorCode error)
    {
        byte[] frame = Frame(b => LaneWriter.WriteChunkHeaders(b, Header, 3));
        frame[LaneFraming.PrefixBytes + at] = value;
        uint crc = LaneFraming.Checksum(frame, frame.AsSpan(LaneFraming.PrefixBytes, ChunkHeader.Size));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), crc);
        AssertRefused(frame, error);
    }

    [TestCase(0, 10)]
    [TestCase(10, 0)]
    public void AnEmptyCompressedChunkIsRefused(int rawLength, int dataBytes)
    {
        byte[] frame = Frame(b => LaneWriter.WriteChunkHeaders(b, Header with { RawLength = rawLength, Compressed = true }, dataBytes));
        AssertRefused(frame, ErrorCode.Malformed);
    }

    [Test]
    public void ACompressedChunkMayNotGrowPastTheLimit()
    {
        byte[] frame = Frame(b => LaneWriter.WriteChunkHeaders(
            b, Header with { RawLength = ScpLimits.MaxChunkBytes + 1, Compressed = true }, 10));
        AssertRefused(frame, ErrorCode.LimitExceeded);
    }

    private static void AssertRefused(byte[] bytes, ErrorCode error)
    {
        var reader = new LaneReader();
        List<string> seen = [];
        Collect(reader, bytes, seen);
        Assert.That(reader.Error, Is.EqualTo(error));
        Collect(reader, Frame(b => LaneWriter.WritePing(b, 1)), seen);
        Assert.That(seen, Is.Empty, "a refused lane reads nothing more");
    }

    private static void Collect(LaneReader reader, ReadOnlySpan<byte> input, List<string> seen)
    {
        while (reader.TryRead(ref input, out LaneItem item))
        {
            if (item.Kind == LaneItemKind.ChunkData)
            {
                seen[^1] += Convert.ToHexString(item.Bytes);
                continue;
            }

            seen.Add(item.Kind == LaneItemKind.ChunkHeader
                ? $"{item.Chunk}:{item.ChunkDataBytes}:"
                : $"{item.Kind}:{item.Number}:{item.Code}:{Convert.ToHexString(item.Bytes)}");
        }

        Assert.That(reader.Error != ErrorCode.None || input.IsEmpty, Is.True, "a reader takes all it is given");
    }

    private static byte[] RandomFrame(Random random, List<string> expected)
    {
        ulong number = (ulong)random.NextInt64();
        var type = (LaneFrameType)random.Next(1, 7);
        byte[] body = new byte[type switch
        {
            LaneFrameType.Hello => random.Next(2) == 0 ? random.Next(64) : ScpLimits.MaxHelloBytes,
            LaneFrameType.Chunk => random.Next(3) == 0 ? 0 : random.Next(2000),
            LaneFrameType.Packet => random.Next(2) == 0 ? random.Next(64) : ScpLimits.MaxDatagramBytes,
            LaneFrameType.Close => random.Next(ScpLimits.MaxReasonBytes + 1),
            _ => 0,
        }];
        random.NextBytes(body);
        string hex = Convert.ToHexString(body);
        var chunk = new ChunkHeader(
            new StreamId(number >> 2), random.NextInt64(1L << 60), body.Length, (Priority)random.Next(4), random.Next(2) == 0, false);
        expected.Add(type switch
        {
            LaneFrameType.Hello => $"Hello:0:None:{hex}",
            LaneFrameType.Chunk => $"{chunk}:{body.Length}:{hex}",
            LaneFrameType.Packet => $"Packet:{number}:None:{hex}",
            LaneFrameType.Close => $"Close:0:Draining:{hex}",
            _ => $"{type}:{number}:None:",
        });
        return Frame(b => type switch
        {
            LaneFrameType.Hello => LaneWriter.WriteHello(b, body),
            LaneFrameType.Chunk => WriteChunk(b, chunk, body),
            LaneFrameType.Packet => LaneWriter.WritePacket(b, number, body),
            LaneFrameType.Ping => LaneWriter.WritePing(b, number),
            LaneFrameType.Pong => LaneWriter.WritePong(b, number),
            _ => LaneWriter.WriteClose(b, ErrorCode.Draining, body),
        });
    }

    private static int WriteChunk(Span<byte> destination, ChunkHeader header, byte[] data)
    {
        data.CopyTo(destination[LaneFraming.ChunkOverheadBytes..]);
        return LaneWriter.WriteChunkHeaders(destination, header, data.Length);
    }

    private static string Crc(byte[] frame, int checkedBytes)
    {
        byte[] crc = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(crc, LaneFraming.Checksum(frame, frame.AsSpan(LaneFraming.PrefixBytes, checkedBytes)));
        return Convert.ToHexString(crc);
    }

    private delegate int Writer(Span<byte> destination);

    private static byte[] Frame(Writer write)
    {
        byte[] buffer = new byte[LaneFraming.MaxFrameBytes];
        return buffer[..write(buffer)];
    }
}
