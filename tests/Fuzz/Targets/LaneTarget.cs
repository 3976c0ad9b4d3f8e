using Scp.Protocol;
using Scp.Protocol.Lanes;

namespace Fuzz.Targets;

/// <summary>The bytes of a lane after its hello, whole frames or not, in whatever pieces: chunks, packets, pings, noise.</summary>
internal sealed class LaneTarget : IFuzzTarget
{
    private readonly Random _random = new(11);

    public string Name => "lane";

    public IEnumerable<byte[]> Seeds()
    {
        var frame = new byte[4096];
        yield return frame[..LaneWriter.WritePing(frame, 5)];
        yield return frame[..LaneWriter.WritePacket(frame, 7, [1])];
        yield return frame[..LaneWriter.WriteClose(frame, ErrorCode.Draining, "bye"u8)];
        yield return frame[..Chunk(frame, 0, 0, 300, fin: false)];
        yield return frame[..Chunk(frame, 0, 300, 20, fin: true)];
        yield return frame[..Chunk(frame, 2, 0, 1000, fin: false)];
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        var pair = new LivePair();
        ReadOnlySpan<byte> rest = input;
        ErrorCode code = ErrorCode.None;
        while (!rest.IsEmpty && code == ErrorCode.None)
        {
            int piece = _random.Next(1, rest.Length + 1);
            code = pair.Server.HandleLane(pair.ServerLane, rest[..piece], pair.NowNs);
            rest = rest[piece..];
        }

        pair.DrainServer();
        return code == ErrorCode.None;
    }

    private static int Chunk(byte[] frame, ulong stream, long offset, int bytes, bool fin) =>
        LaneWriter.WriteChunkHeaders(frame, new ChunkHeader(new StreamId(stream), offset, bytes, Priority.Bulk, fin, Compressed: false), bytes);
}
