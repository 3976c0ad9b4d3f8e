using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Scp.Serialization;

namespace Consensus.Core;

/// <summary>
/// A configuration in an entry or beside a snapshot: an array of three arrays (voters, outgoing, learners), each of which
/// holds a replica and its node in turn. No bytes at all read as the empty configuration too, but are never written: they
/// are what a log without a mark has, and a replica that joins a group has one from the start.
/// </summary>
public static class ConfigurationCodec
{
    private const int Lists = 3;

    public static ReadOnlyMemory<byte> Encode(Configuration configuration)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(Lists);
        WriteMembers(ref writer, configuration.Voters);
        WriteMembers(ref writer, configuration.Outgoing);
        WriteMembers(ref writer, configuration.Learners);
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>False for whatever <see cref="Encode"/> would not have written in meaning; more lists than known are a newer version's.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Configuration? configuration)
    {
        configuration = null;
        if (bytes.IsEmpty)
        {
            configuration = Configuration.Empty;
            return true;
        }

        var reader = new MessagePackReader(bytes);
        if (!reader.TryReadArrayHeader(out int lists) || lists < Lists
            || !TryReadMembers(ref reader, out var voters)
            || !TryReadMembers(ref reader, out var outgoing)
            || !TryReadMembers(ref reader, out var learners))
        {
            return false;
        }

        for (; lists > Lists; lists--)
        {
            if (!reader.TrySkip())
            {
                return false;
            }
        }

        configuration = reader.Remaining == 0 ? Configuration.TryRestore(voters, outgoing, learners) : null;
        return configuration is not null;
    }

    private static void WriteMembers(ref MessagePackWriter writer, ReadOnlySpan<Member> members)
    {
        writer.WriteArrayHeader(2 * members.Length);
        foreach (var member in members)
        {
            writer.WriteUInt64(member.Replica.Value);
            writer.WriteUInt64(member.Node.Value);
        }
    }

    private static bool TryReadMembers(ref MessagePackReader reader, out Member[] members)
    {
        members = [];
        if (!reader.TryReadArrayHeader(out int numbers) || numbers % 2 != 0 || numbers > 2 * Configuration.MaxMembers)
        {
            return false;
        }

        members = new Member[numbers / 2];
        foreach (ref var member in members.AsSpan())
        {
            if (!reader.TryReadUInt64(out ulong replica) || !reader.TryReadUInt64(out ulong node))
            {
                return false;
            }

            member = new Member(new ReplicaId(replica), new NodeId(node));
        }

        return true;
    }
}
