using System.Buffers;
using Scp.Serialization;

namespace Consensus.Host;

/// <summary>
/// How far a sending has come, on the wire: an array of group, sender, receiver, the number of the sending, how many bytes
/// the receiver has from the start, and how it stands.
/// </summary>
internal readonly record struct SnapshotProgress(
    GroupId Group, ReplicaId From, ReplicaId To, ulong Sending, long HaveBytes, SnapshotStanding Standing)
{
    private const int Fields = 6;

    public static void Write(IBufferWriter<byte> output, in SnapshotProgress progress)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(Fields);
        writer.WriteUInt64(progress.Group.Value);
        writer.WriteUInt64(progress.From.Value);
        writer.WriteUInt64(progress.To.Value);
        writer.WriteUInt64(progress.Sending);
        writer.WriteInt64(progress.HaveBytes);
        writer.WriteByte((byte)progress.Standing);
        writer.Flush();
    }

    public static bool TryRead(ref MessagePackReader reader, out SnapshotProgress progress)
    {
        progress = default;
        if (!reader.TryReadArrayHeader(out int fields) || fields < Fields
            || !reader.TryReadUInt64(out ulong group) || !reader.TryReadUInt64(out ulong from) || !reader.TryReadUInt64(out ulong to)
            || !reader.TryReadUInt64(out ulong sending) || !reader.TryReadInt64(out long have) || !reader.TryReadByte(out byte standing)
            || have < 0 || standing is < (byte)SnapshotStanding.Receiving or > (byte)SnapshotStanding.Refused)
        {
            return false;
        }

        progress = new SnapshotProgress(new GroupId(group), new ReplicaId(from), new ReplicaId(to), sending, have, (SnapshotStanding)standing);
        return true;
    }
}
