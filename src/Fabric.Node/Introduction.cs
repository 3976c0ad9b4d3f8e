using System.Buffers;
using Consensus;
using Scp.Serialization;

namespace Fabric.Node;

/// <summary>
/// What a node says first in a session that it opened: who it is and whom it means to speak with. On the wire an array of
/// the format's version and the two ids; later versions may add fields. An address that belongs to another node by now is
/// found out this way, and a session of any other kind is not taken for a link.
/// </summary>
internal readonly record struct Introduction(NodeId From, NodeId To)
{
    public const int Version = 1;

    private const int Fields = 3;

    public ReadOnlyMemory<byte> ToBytes()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(Fields);
        writer.WriteInt32(Version);
        writer.WriteUInt64(From.Value);
        writer.WriteUInt64(To.Value);
        writer.Flush();
        return output.WrittenMemory;
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out Introduction introduction)
    {
        introduction = default;
        var reader = new MessagePackReader(bytes);
        if (!reader.TryReadArrayHeader(out int fields) || fields < Fields
            || !reader.TryReadInt32(out int version) || version != Version
            || !reader.TryReadUInt64(out ulong from) || !reader.TryReadUInt64(out ulong to))
        {
            return false;
        }

        introduction = new Introduction(new NodeId(from), new NodeId(to));
        return true;
    }
}
