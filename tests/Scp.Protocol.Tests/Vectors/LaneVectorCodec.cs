using System.Text;
using System.Text.Json.Nodes;
using Scp.Protocol.Lanes;

namespace Scp.Protocol.Tests.Vectors;

/// <summary>Between the fields of a lane frame, as lane-frames.json names them, and its bytes.</summary>
internal static class LaneVectorCodec
{
    public static byte[] Encode(string frame, JsonObject fields)
    {
        var bytes = new byte[LaneFraming.MaxFrameBytes];
        int count = Enum.Parse<LaneFrameType>(frame) switch
        {
            LaneFrameType.Hello => LaneWriter.WriteHello(bytes, Hex(fields["body"])),
            LaneFrameType.Packet => LaneWriter.WritePacket(bytes, (ulong)fields["number"]!, Hex(fields["frames"])),
            LaneFrameType.Ping => LaneWriter.WritePing(bytes, (ulong)fields["number"]!),
            LaneFrameType.Pong => LaneWriter.WritePong(bytes, (ulong)fields["number"]!),
            LaneFrameType.Close => LaneWriter.WriteClose(bytes, (ErrorCode)(ushort)fields["code"]!, Encoding.UTF8.GetBytes((string)fields["reason"]!)),
            _ => EncodeChunk(bytes, fields),
        };
        return bytes[..count];
    }

    /// <summary>Reads one frame that comes in pieces of so many bytes; null with the error when it is refused.</summary>
    public static JsonObject? Decode(byte[] bytes, int pieceBytes, out ErrorCode error)
    {
        var reader = new LaneReader();
        JsonObject? fields = null;
        for (int start = 0; start < bytes.Length && reader.Error == ErrorCode.None; start += pieceBytes)
        {
            ReadOnlySpan<byte> input = bytes.AsSpan(start, Math.Min(pieceBytes, bytes.Length - start));
            while (reader.TryRead(ref input, out LaneItem item))
            {
                fields = item.Kind == LaneItemKind.ChunkData
                    ? Append(fields!, item.Bytes)
                    : Describe(item);
            }
        }

        error = reader.Error;
        return fields;
    }

    private static int EncodeChunk(byte[] bytes, JsonObject fields)
    {
        byte[] data = Hex(fields["data"]);
        data.CopyTo(bytes, LaneFraming.ChunkOverheadBytes);
        var header = new ChunkHeader(
            new StreamId((ulong)fields["stream"]!),
            (long)fields["offset"]!,
            (int)fields["rawLength"]!,
            (Priority)(byte)fields["priority"]!,
            (bool)fields["fin"]!,
            (bool)fields["compressed"]!);
        return LaneWriter.WriteChunkHeaders(bytes, header, data.Length);
    }

    private static JsonObject Describe(in LaneItem item) => item.Kind switch
    {
        LaneItemKind.Hello => new JsonObject { ["body"] = Convert.ToHexStringLower(item.Bytes) },
        LaneItemKind.Packet => new JsonObject { ["number"] = item.Number, ["frames"] = Convert.ToHexStringLower(item.Bytes) },
        LaneItemKind.Close => new JsonObject { ["code"] = (ushort)item.Code, ["reason"] = Encoding.UTF8.GetString(item.Bytes) },
        LaneItemKind.ChunkHeader => new JsonObject
        {
            ["stream"] = item.Chunk.Stream.Value,
            ["offset"] = item.Chunk.Offset,
            ["priority"] = (byte)item.Chunk.Priority,
            ["fin"] = item.Chunk.Fin,
            ["compressed"] = item.Chunk.Compressed,
            ["rawLength"] = item.Chunk.RawLength,
            ["data"] = "",
        },
        _ => new JsonObject { ["number"] = item.Number },
    };

    private static JsonObject Append(JsonObject chunk, ReadOnlySpan<byte> data)
    {
        chunk["data"] = (string)chunk["data"]! + Convert.ToHexStringLower(data);
        return chunk;
    }

    private static byte[] Hex(JsonNode? node) => Convert.FromHexString((string)node!);
}
