using System.Text;
using Scp.Protocol;
using Scp.Protocol.Session;
using Scp.Transport.Compression;

namespace Scp.Transport.Tests.Compression;

/// <summary>A session whose chunks are LZ4 blocks.</summary>
[TestFixture]
internal sealed class Lz4SessionTests
{
    private const int TransferBytes = 3_000_000;

    [TestCase(true)]
    [TestCase(false)]
    public void AStreamArrivesWholeAndTextIsShorterOnTheWay(bool isText)
    {
        Assert.That(Lz4Codec.TryLoad(out Lz4Codec? codec, out string? fault), fault);
        var options = new EndpointOptions { ChunkCodec = codec };
        var pair = new EndpointPair(options, options);
        var received = new MemoryStream();
        var piece = new byte[64 * 1024];
        pair.OnServerEvent = (session, item) =>
        {
            int count;
            while (item.Kind == SessionEventKind.StreamReadable && (count = session.ReadStream(item.Stream, piece, pair.NowNs, out _)) > 0)
            {
                received.Write(piece, 0, count);
            }
        };
        pair.Run(turns: 20);
        Assert.That(pair.Client.TryOpenStream(Priority.Bulk, out StreamId stream));

        byte[] data = isText ? Text() : Noise();
        long before = pair.ClientLaneBytes;
        for (int written = 0, turns = 0; received.Length < TransferBytes && turns < 1000; turns++)
        {
            written += pair.Client.WriteStream(stream, data.AsSpan(written));
            pair.Run(turns: 1);
        }

        Assert.That(received.ToArray(), Is.EqualTo(data));
        Assert.That(pair.ClientLaneBytes - before, isText ? Is.LessThan(TransferBytes / 2) : Is.InRange(TransferBytes, TransferBytes + (TransferBytes / 100)));
    }

    private static byte[] Text()
    {
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.Length < TransferBytes)
        {
            text.Append("{\"id\":").Append(random.Next()).Append(",\"name\":\"user-").Append(random.Next(1000)).Append("\",\"active\":true},");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, TransferBytes));
    }

    private static byte[] Noise()
    {
        var noise = new byte[TransferBytes];
        new Random(2).NextBytes(noise);
        return noise;
    }
}
