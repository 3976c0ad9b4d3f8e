using Scp.Serialization;

namespace Consensus.Core;

/// <summary>
/// Messages on the wire: an array of the keyed fields of <see cref="RaftMessage"/> in the order kind, flags, group, from,
/// to, term, index, log term, commit, round, promise, hint, entries. An entry is an array of term, kind and data; its index
/// follows from its place. A longer array is a newer version's, and what it adds is skipped; a shorter one leaves the rest zero.
/// </summary>
/// <remarks>
/// Whatever decodes can be handled without a further look: indices and terms are in range and in order, entries stand only
/// where they belong, and configurations among them can be read. Bad bytes never throw.
/// </remarks>
public static class RaftMessageCodec
{
    /// <summary>Entries in one message.</summary>
    public const int MaxEntries = 8192;

    /// <summary>Data of one entry.</summary>
    public const int MaxEntryBytes = 16 * 1024 * 1024;

    private const int Fields = 13;
    private const int EntryFields = 3;

    /// <summary>Far above what a group can count up to, and far enough below the type's end that sums do not overflow.</summary>
    private const long MaxNumber = long.MaxValue / 4;

    internal static readonly MessagePackLimits Limits = new() { MaxArrayElements = MaxEntries, MaxBinaryBytes = MaxEntryBytes };

    public static void Write(ref MessagePackWriter writer, in RaftMessage message)
    {
        writer.WriteArrayHeader(Fields);
        writer.WriteByte((byte)message.Kind);
        writer.WriteByte((byte)message.Flags);
        writer.WriteUInt64(message.Group.Value);
        writer.WriteUInt64(message.From.Value);
        writer.WriteUInt64(message.To.Value);
        writer.WriteInt64(message.Term);
        writer.WriteInt64(message.Index);
        writer.WriteInt64(message.LogTerm);
        writer.WriteInt64(message.Commit);
        writer.WriteInt64(message.Round);
        writer.WriteInt64(message.PromiseNs);
        writer.WriteInt64(message.Hint);
        writer.WriteArrayHeader(message.Entries.Length);
        foreach (ref readonly var entry in message.Entries.Span)
        {
            writer.WriteArrayHeader(EntryFields);
            writer.WriteInt64(entry.Term);
            writer.WriteByte((byte)entry.Kind);
            writer.WriteBinary(entry.Data.Span);
        }
    }

    /// <summary>Reads one message that fills the bytes. Its entries go into the arena, their data into arrays of their own.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, EntryArena arena, out RaftMessage message)
    {
        var reader = new MessagePackReader(bytes, Limits);
        if (TryRead(ref reader, arena, out message) && reader.Remaining == 0)
        {
            return true;
        }

        message = default;
        return false;
    }

    /// <summary>Reads the next message of several.</summary>
    public static bool TryRead(ref MessagePackReader reader, EntryArena arena, out RaftMessage message)
    {
        message = default;
        Span<long> numbers = stackalloc long[Fields - 1];
        numbers.Clear();
        if (!reader.TryReadArrayHeader(out int fields) || !TryReadNumbers(ref reader, numbers[..Math.Min(fields, Fields - 1)]))
        {
            return false;
        }

        message = FromNumbers(numbers);
        if (fields >= Fields)
        {
            if (!TryReadEntries(ref reader, arena, message.Index, out var entries))
            {
                return false;
            }

            message = message with { Entries = entries };
        }

        for (; fields > Fields; fields--)
        {
            if (!reader.TrySkip())
            {
                return false;
            }
        }

        return IsSound(message);
    }

    private static bool TryReadNumbers(ref MessagePackReader reader, scoped Span<long> numbers)
    {
        const int FirstId = 2;
        const int LastId = 4;
        for (int field = 0; field < numbers.Length; field++)
        {
            if (field is >= FirstId and <= LastId)
            {
                if (!reader.TryReadUInt64(out ulong id))
                {
                    return false;
                }

                numbers[field] = (long)id;
            }
            else
            {
                if (!reader.TryReadInt64(out long number) || number is < 0 or > MaxNumber)
                {
                    return false;
                }

                numbers[field] = number;
            }
        }

        return numbers.Length < 2 || (numbers[0] <= byte.MaxValue && numbers[1] <= byte.MaxValue);
    }

    private static RaftMessage FromNumbers(ReadOnlySpan<long> numbers) => new()
    {
        Kind = (RaftMessageKind)numbers[0],
        Flags = (RaftMessageFlags)numbers[1],
        Group = new GroupId((ulong)numbers[2]),
        From = new ReplicaId((ulong)numbers[3]),
        To = new ReplicaId((ulong)numbers[4]),
        Term = numbers[5],
        Index = numbers[6],
        LogTerm = numbers[7],
        Commit = numbers[8],
        Round = numbers[9],
        PromiseNs = numbers[10],
        Hint = numbers[11],
    };

    private static bool TryReadEntries(ref MessagePackReader reader, EntryArena arena, long before, out ReadOnlyMemory<Entry> entries)
    {
        entries = default;
        if (!reader.TryReadArrayHeader(out int count))
        {
            return false;
        }

        var into = arena.Rent(count);
        foreach (ref var entry in into.Span)
        {
            if (!reader.TryReadArrayHeader(out int fields) || fields != EntryFields
                || !reader.TryReadInt64(out long term) || !reader.TryReadByte(out byte kind) || !reader.TryReadBinary(out byte[]? data))
            {
                return false;
            }

            entry = new Entry(++before, term, (EntryKind)kind, data);
        }

        entries = into;
        return true;
    }

    private static bool IsSound(in RaftMessage message)
    {
        bool known = message.Kind is >= RaftMessageKind.PreVote and <= RaftMessageKind.Wake;
        if (!known || message.From.IsNone || message.To.IsNone || message.Term == 0 || message.LogTerm > message.Term)
        {
            return false;
        }

        if (message.Kind != RaftMessageKind.Append)
        {
            return message.Entries.IsEmpty;
        }

        long term = Math.Max(1, message.LogTerm);
        foreach (ref readonly var entry in message.Entries.Span)
        {
            if (entry.Term < term || entry.Term > message.Term || !IsSound(entry))
            {
                return false;
            }

            term = entry.Term;
        }

        return true;
    }

    private static bool IsSound(in Entry entry) => entry.Kind switch
    {
        EntryKind.Command or EntryKind.Barrier => true,
        EntryKind.Configuration => ConfigurationCodec.TryDecode(entry.Data.Span, out var configuration) && !configuration.IsEmpty,
        _ => false,
    };
}
