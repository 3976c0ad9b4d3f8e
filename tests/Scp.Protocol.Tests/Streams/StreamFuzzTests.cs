using System.Buffers.Binary;
using Scp.Protocol.Lanes;
using Scp.Protocol.Streams;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Streams;

/// <summary>Nothing a peer sends may throw, and nothing it sends may take more memory than the windows say.</summary>
internal sealed class StreamFuzzTests
{
    private const int Window = 200_000;

    [Property(MaxTest = 200)]
    public void BytesThatNobodyMeantNeverThrow(int seed)
    {
        var random = new Random(seed);
        StreamTable table = Table();
        var reader = new LaneReader();
        bool refused = false;
        for (int i = 0; i < 200 && !refused; i++)
        {
            byte[] bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            refused = !TryFeed(table, reader, 0, bytes);
        }
    }

    /// <summary>Frames with right checksums and wild contents get past the reader, so that the table has to judge.</summary>
    [Property(MaxTest = 300)]
    public void WildFramesNeverThrow(int seed)
    {
        var random = new Random(seed);
        StreamTable table = Table();
        LaneReader[] readers = [.. Enumerable.Range(0, ScpLimits.MaxLanes).Select(_ => new LaneReader())];
        byte[] scratch = new byte[ScpLimits.MaxChunkBytes];
        for (int i = 0; i < 400; i++)
        {
            int lane = random.Next(readers.Length);
            switch (random.Next(8))
            {
                case 0:
                    table.Handle(WildControl(random));
                    break;

                case 1:
                    UseLocally(table, random, scratch);
                    break;

                case 2 when random.Next(10) == 0:
                    table.OnLaneLost(lane);
                    readers[lane] = new LaneReader();
                    break;

                case 3 when random.Next(20) == 0:
                    table.OnResumed([new StreamPosition(WildStream(random), Wild(random), Wild(random), random.Next(2) == 0)]);
                    break;

                default:
                    byte[] frame = WildChunk(random);
                    int length = random.Next(10) == 0 ? random.Next(frame.Length) : frame.Length;
                    if (!TryFeed(table, readers[lane], lane, frame.AsSpan(0, length)))
                    {
                        table.OnLaneLost(lane);
                        readers[lane] = new LaneReader();
                    }

                    break;
            }

            Assert.That(table.Pool.RentedBlocks, Is.LessThanOrEqualTo((2 * Window / BufferPool.BlockBytes) + (6 * table.OpenStreams) + 8));
        }
    }

    /// <summary>False when the lane has to be closed.</summary>
    private static bool TryFeed(StreamTable table, LaneReader reader, int lane, ReadOnlySpan<byte> bytes)
    {
        while (reader.TryRead(ref bytes, out LaneItem item))
        {
            if (item.Kind is LaneItemKind.ChunkHeader or LaneItemKind.ChunkData
                && table.HandleChunk(lane, item) != ErrorCode.None)
            {
                return false;
            }
        }

        return reader.Error == ErrorCode.None;
    }

    private static void UseLocally(StreamTable table, Random random, byte[] scratch)
    {
        StreamId id = WildStream(random);
        switch (random.Next(10))
        {
            case 0:
                table.TryOpen(random.Next(2) == 0, (Priority)random.Next(4), out _);
                break;
            case 1:
                table.Write(id, scratch.AsSpan(0, random.Next(scratch.Length)));
                break;
            case 2:
                table.Read(id, scratch, 0, out _);
                break;
            case 3:
                table.Advance(id, table.Peek(id).Length, 0);
                break;
            case 4:
                table.Finish(id);
                break;
            case 5 when random.Next(4) == 0:
                table.Reset(id, ErrorCode.Cancelled);
                break;
            case 6 when random.Next(4) == 0:
                table.Stop(id, ErrorCode.Cancelled);
                break;
            case 7:
                table.BuildChunk(random.Next(ScpLimits.MaxLanes), scratch.AsSpan(0, random.Next(2000)));
                break;
            case 8:
                table.TryTakeEvent(out _);
                break;
            default:
                if (table.TryTakeControl(out StreamControl control))
                {
                    table.OnControlLost(control);
                    table.OnControlAcked(control);
                }

                break;
        }
    }

    private static byte[] WildChunk(Random random)
    {
        int dataBytes = random.Next(random.Next(3) == 0 ? 5000 : 40);
        bool compressed = random.Next(8) == 0;
        int rawLength = compressed ? random.Next(ScpLimits.MaxChunkBytes + 2) : dataBytes;
        byte[] frame = new byte[LaneFraming.ChunkOverheadBytes + dataBytes];
        random.NextBytes(frame);
        var header = new ChunkHeader(
            WildStream(random), Wild(random), rawLength, (Priority)random.Next(5), random.Next(4) == 0, compressed);
        LaneWriter.WriteChunkHeaders(frame, header, dataBytes);
        if (compressed && dataBytes >= 8)
        {
            BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(LaneFraming.ChunkOverheadBytes), random.Next(-1, 100));
            BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(LaneFraming.ChunkOverheadBytes + 4), rawLength);
        }

        return frame;
    }

    private static StreamControl WildControl(Random random) =>
        new((FrameType)random.Next(0x04, 0x0B), WildStream(random), Wild(random), (ErrorCode)random.Next(1 << 16));

    private static StreamId WildStream(Random random) =>
        new(random.Next(20) == 0 ? (ulong)random.NextInt64(long.MinValue, long.MaxValue) : (ulong)random.Next(24));

    private static long Wild(Random random) => random.Next(20) switch
    {
        0 => random.NextInt64(long.MinValue, long.MaxValue),
        1 => ChunkHeader.MaxOffset - random.Next(3),
        < 12 => random.Next(100),
        _ => random.Next(Window),
    };

    private static StreamTable Table() => new(new StreamTableOptions
    {
        IsInitiator = false,
        StreamWindowBytes = Window / 4,
        SessionWindowBytes = Window,
        PeerStreamWindowBytes = Window / 4,
        PeerSessionWindowBytes = Window,
        SendBufferBytes = Window,
        Codec = new PatternCodec(3),
    });
}
