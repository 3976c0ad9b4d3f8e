using Scp.Protocol.Lanes;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;

namespace Scp.Protocol.Tests.Session;

/// <summary>Chunks are compressed exactly when both sides offered it, and nobody can tell from what arrives.</summary>
[TestFixture]
internal sealed class SessionCompressionTests
{
    private const int TransferBytes = 4 * 1024 * 1024;

    private static readonly ChunkHeader CompressedChunk =
        new(new StreamId(0), 0, 1000, Priority.Bulk, Fin: false, Compressed: true);

    [TestCase(true, true)]
    [TestCase(true, false)]
    [TestCase(false, true)]
    [TestCase(false, false)]
    public void StreamsAreCompressedWhenBothSidesOfferIt(bool clientOffers, bool serverOffers)
    {
        RunCodec? client = clientOffers ? new RunCodec() : null;
        RunCodec? server = serverOffers ? new RunCodec() : null;
        SessionPair pair = Pair(client, server).Connected();
        long before = pair.LaneBytes;

        byte[] data = new byte[TransferBytes];
        byte[] received = Transfer(pair, data, () => pair.RunFor(10_000_000_000));

        Assert.That(received, Is.EqualTo(data));
        bool both = clientOffers && serverOffers;
        Assert.That(pair.LaneBytes - before, both ? Is.LessThan(TransferBytes / 100) : Is.GreaterThan(TransferBytes));
        Assert.That(client?.Compressed ?? 0, both ? Is.Positive : Is.Zero);
        Assert.That(server?.Decompressed ?? 0, Is.EqualTo(client?.Compressed ?? 0));
    }

    [TestCase(true, true)]
    [TestCase(true, false)]
    [TestCase(false, true)]
    public void SoAreLargeMessagesAndTheirReplies(bool clientOffers, bool serverOffers)
    {
        RunCodec? client = clientOffers ? new RunCodec() : null;
        RunCodec? server = serverOffers ? new RunCodec() : null;
        SessionPair pair = Pair(client, server).Connected();
        pair.Server.OnEvent = (session, item) =>
        {
            if (item.Kind == SessionEventKind.Request)
            {
                _ = session.Reply(item.Id, ReplyStatus.Ok, ErrorCode.None, item.Payload, pair.NowNs);
            }
        };

        byte[] payload = new byte[4_000_000];
        _ = pair.Client.Session!.TrySend(MessageKind.Request, payload, new MessageOptions(), pair.NowNs, out _);
        pair.RunFor(3_000_000_000);

        Assert.That(pair.Client.Of(SessionEventKind.Completed).Single().Payload, Is.EqualTo(payload));
        bool both = clientOffers && serverOffers;
        Assert.That(client?.Compressed ?? 0, both ? Is.Positive : Is.Zero);
        Assert.That(server?.Compressed ?? 0, both ? Is.Positive : Is.Zero);
    }

    [Test]
    public void WhatSavesNothingIsTriedOnceInSixteenChunks()
    {
        var codec = new RunCodec();
        SessionPair pair = Pair(codec, codec).Connected();
        byte[] data = new byte[TransferBytes];
        new Random(1).NextBytes(data);

        Assert.That(Transfer(pair, data, () => pair.RunFor(10_000_000_000)), Is.EqualTo(data));

        int chunks = TransferBytes / ScpLimits.MaxChunkBytes;
        Assert.That(codec.Compressed, Is.Zero);
        Assert.That(codec.Refused, Is.InRange(chunks / 16, chunks / 8));
    }

    [Test]
    public void AResumedSessionGoesOnCompressing()
    {
        var codec = new RunCodec();
        SessionPair pair = Pair(codec, codec).Connected();
        byte[] data = new byte[TransferBytes];
        new Random(2).NextBytes(data.AsSpan(0, TransferBytes / 2));

        int compressedBefore = 0;
        byte[] received = Transfer(pair, data, () =>
        {
            pair.RunFor(30_000_000);
            pair.CutLane();
            compressedBefore = codec.Compressed;
            pair.RunFor(100_000_000);
            pair.OpenLane();
            pair.RunFor(10_000_000_000);
        });

        Assert.That(received, Is.EqualTo(data));
        Assert.That(pair.Server.Session!.GetStatistics(pair.NowNs).Resumes, Is.EqualTo(1));
        Assert.That(codec.Compressed, Is.GreaterThan(compressedBefore));
    }

    [TestCase(true, 0)]
    [TestCase(false, (int)LaneHello.CompressionFlag)]
    [TestCase(false, 0)]
    public void CompressionThatWasNotAgreedOnEndsTheSession(bool acceptorOffers, int peerFlags)
    {
        var options = new EndpointOptions { ChunkCodec = acceptorOffers ? new RunCodec() : null };
        using var peer = new RawPeer(options: options, flags: (byte)peerFlags);
        Assert.That(peer.AcceptFlags, Is.EqualTo(acceptorOffers ? LaneHello.CompressionFlag : 0));

        Assert.That(peer.SendChunk(CompressedChunk, new byte[1]), Is.EqualTo(ErrorCode.ProtocolViolation));
        Assert.That(peer.Session.IsClosed);
        Assert.That(peer.Events.Last().Code, Is.EqualTo(ErrorCode.ProtocolViolation));
    }

    [Test]
    public void AgreedCompressionIsTakenAndABadBlockIsMalformed()
    {
        using var peer = new RawPeer(options: new EndpointOptions { ChunkCodec = new RunCodec() }, flags: LaneHello.CompressionFlag);

        Assert.That(peer.SendChunk(CompressedChunk, [7]), Is.EqualTo(ErrorCode.None));
        byte[] read = new byte[2000];
        Assert.That(peer.Session.ReadStream(new StreamId(0), read, peer.NowNs, out _), Is.EqualTo(1000));
        Assert.That(read.AsSpan(0, 1000).IndexOfAnyExcept((byte)7), Is.Negative);

        Assert.That(peer.SendChunk(CompressedChunk with { Offset = 1000 }, [7, 7]), Is.EqualTo(ErrorCode.Malformed));
    }

    [Test]
    public void WhatALaterHelloOffersChangesNothing()
    {
        using var peer = new RawPeer(options: new EndpointOptions { ChunkCodec = new RunCodec() });
        LaneId second = peer.Server.AcceptLane("client", peer.NowNs);
        byte[] join = RawPeer.Hello(LaneHelloKind.Join, peer.Session.Id, peer.Token, LaneHello.CompressionFlag);
        Assert.That(peer.Server.HandleLane(second, join, peer.NowNs), Is.EqualTo(ErrorCode.None));

        Assert.That(peer.SendChunk(CompressedChunk, [7]), Is.EqualTo(ErrorCode.ProtocolViolation));
    }

    private static SessionPair Pair(RunCodec? client, RunCodec? server) =>
        new(new EndpointOptions { ChunkCodec = client }, new EndpointOptions { ChunkCodec = server });

    /// <summary>Sends data from client to server on a stream of its own while <paramref name="run"/> lets time pass.</summary>
    private static byte[] Transfer(SessionPair pair, byte[] data, Action run)
    {
        var received = new MemoryStream();
        pair.Server.OnEvent = (session, item) =>
        {
            if (item.Kind == SessionEventKind.StreamReadable)
            {
                byte[] piece = new byte[100_000];
                int count;
                while ((count = session.ReadStream(item.Stream, piece, pair.NowNs, out _)) > 0)
                {
                    received.Write(piece, 0, count);
                }
            }
        };

        Assert.That(pair.Client.Session!.TryOpenStream(Priority.Bulk, out StreamId stream));
        int written = 0;
        void WriteOn()
        {
            int count;
            while (written < data.Length && (count = pair.Client.Session!.WriteStream(stream, data.AsSpan(written))) > 0)
            {
                written += count;
            }

            if (written == data.Length)
            {
                _ = pair.Client.Session!.FinishStream(stream);
            }
        }

        pair.Client.OnEvent = (_, item) =>
        {
            if (item.Kind == SessionEventKind.StreamWritable)
            {
                WriteOn();
            }
        };
        WriteOn();
        run();
        return received.ToArray();
    }
}
