using System.Buffers;
using Consensus.Core;
using Scp.Serialization;

namespace Consensus.Host;

/// <summary>
/// What one worker says to one node at a time, on the wire: a head and what follows it. The head is an array of the format's
/// version, the kind of batch, the incarnation of the sender's process, the number of the worker, how many workers it has,
/// and the worker's turn. Messages follow until the end; a batch without any is a beat.
/// </summary>
internal static class MessageBatch
{
    public const int Version = 1;

    private const int HeadFields = 6;

    public static void WriteHead(IBufferWriter<byte> output, in BatchHead head)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(HeadFields);
        writer.WriteInt32(Version);
        writer.WriteByte((byte)head.Kind);
        writer.WriteUInt64(head.Incarnation);
        writer.WriteInt32(head.Worker);
        writer.WriteInt32(head.Workers);
        writer.WriteInt64(head.Turn);
        writer.Flush();
    }

    public static void WriteMessage(IBufferWriter<byte> output, in RaftMessage message)
    {
        var writer = new MessagePackWriter(output);
        RaftMessageCodec.Write(ref writer, message);
        writer.Flush();
    }

    /// <summary>Reads the head; false when this is no batch, or one of a later version.</summary>
    public static bool TryReadHead(ref MessagePackReader reader, out BatchHead head)
    {
        head = default;
        if (!reader.TryReadArrayHeader(out int fields) || fields < HeadFields
            || !reader.TryReadInt32(out int version) || version != Version
            || !reader.TryReadByte(out byte kind) || kind is < (byte)BatchKind.Messages or > (byte)BatchKind.SnapshotProgress
            || !reader.TryReadUInt64(out ulong incarnation)
            || !reader.TryReadInt32(out int worker) || !reader.TryReadInt32(out int workers) || !reader.TryReadInt64(out long turn)
            || workers is < 1 or > HostLimits.MaxWorkers || worker < 0 || worker >= workers)
        {
            return false;
        }

        for (; fields > HeadFields; fields--)
        {
            if (!reader.TrySkip())
            {
                return false;
            }
        }

        head = new BatchHead((BatchKind)kind, incarnation, worker, workers, turn);
        return true;
    }
}
