using System.Buffers;
using Scp.Serialization;

namespace Consensus.Host;

/// <summary>
/// Some bytes of a snapshot, on the wire: an array of group, sender, receiver, the sender's term, the number of this
/// sending, the mark (index, term, configuration), the length of all, the offset of these, and the bytes.
/// </summary>
internal readonly record struct SnapshotPart(
    GroupId Group,
    ReplicaId From,
    ReplicaId To,
    long Term,
    ulong Sending,
    SnapshotMark Mark,
    long LengthBytes,
    long Offset,
    ReadOnlyMemory<byte> Bytes)
{
    private const int Fields = 11;

    public static void Write(IBufferWriter<byte> output, in SnapshotPart part)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(Fields);
        writer.WriteUInt64(part.Group.Value);
        writer.WriteUInt64(part.From.Value);
        writer.WriteUInt64(part.To.Value);
        writer.WriteInt64(part.Term);
        writer.WriteUInt64(part.Sending);
        writer.WriteInt64(part.Mark.Index);
        writer.WriteInt64(part.Mark.Term);
        writer.WriteBinary(part.Mark.Configuration.Span);
        writer.WriteInt64(part.LengthBytes);
        writer.WriteInt64(part.Offset);
        writer.WriteBinary(part.Bytes.Span);
        writer.Flush();
    }

    /// <summary>False for what no correct sender would have sent. No bytes at the end ask how it stands.</summary>
    public static bool TryRead(ref MessagePackReader reader, out SnapshotPart part)
    {
        part = default;
        if (!reader.TryReadArrayHeader(out int fields) || fields < Fields
            || !reader.TryReadUInt64(out ulong group) || !reader.TryReadUInt64(out ulong from) || !reader.TryReadUInt64(out ulong to)
            || !reader.TryReadInt64(out long term) || !reader.TryReadUInt64(out ulong sending)
            || !reader.TryReadInt64(out long markIndex) || !reader.TryReadInt64(out long markTerm) || !reader.TryReadBinary(out byte[]? configuration)
            || !reader.TryReadInt64(out long length) || !reader.TryReadInt64(out long offset) || !reader.TryReadBinary(out byte[]? bytes))
        {
            return false;
        }

        bool isSound = from != 0 && to != 0 && term > 0 && markIndex > 0 && markTerm > 0 && markTerm <= term
            && length >= 0 && offset >= 0 && offset <= length && bytes!.Length <= Math.Min(HostLimits.SnapshotPartBytes, length - offset)
            && (bytes.Length > 0 || offset == length);
        part = new SnapshotPart(
            new GroupId(group), new ReplicaId(from), new ReplicaId(to), term, sending, new SnapshotMark(markIndex, markTerm, configuration), length, offset, bytes);
        return isSound;
    }
}
