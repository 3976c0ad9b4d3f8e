using System.Buffers.Binary;

namespace Consensus.Log;

/// <summary>
/// One statement about one group.
/// <code>
///  0  4  CRC32C of bytes 4 to length, from the seed of segment and offset
///  4  4  length, this header included
///  8  8  group
/// 16  1  kind
/// 17  1  flags
/// 18  2  zero
/// 20  4  entries in it; 0 where the kind has none
/// 24     payload
/// </code>
/// Entries: first index (8), term (8), then kind (1), length (4) and data of each. All entries of a record have one term.
/// Hard state: term, voted for, commit index. Snapshot mark: index, term, configuration. Removed: nothing.
/// </summary>
internal readonly ref struct LogRecord
{
    public const int HeaderSize = 24;
    public const int EntriesPrefix = 16;
    public const int EntryOverhead = 5;
    public const int HardStateSize = HeaderSize + 24;
    public const int MarkPrefix = 16;

    private const int CoveredAt = 4;

    private LogRecord(GroupId group, RecordKind kind, RecordFlags flags, int count, ReadOnlySpan<byte> payload)
    {
        Group = group;
        Kind = kind;
        Flags = flags;
        Count = count;
        Payload = payload;
    }

    public GroupId Group { get; }

    public RecordKind Kind { get; }

    public RecordFlags Flags { get; }

    public int Count { get; }

    public ReadOnlySpan<byte> Payload { get; }

    public int Length => HeaderSize + Payload.Length;

    public long FirstIndex => BinaryPrimitives.ReadInt64LittleEndian(Payload);

    public long Term => BinaryPrimitives.ReadInt64LittleEndian(Payload[8..]);

    public HardState HardState => new(
        BinaryPrimitives.ReadInt64LittleEndian(Payload),
        new ReplicaId(BinaryPrimitives.ReadUInt64LittleEndian(Payload[8..])),
        BinaryPrimitives.ReadInt64LittleEndian(Payload[16..]));

    public ReadOnlySpan<byte> Configuration => Payload[MarkPrefix..];

    /// <summary>
    /// Reads the record at the start of the bytes, wherever they come from: false for anything that could not have been
    /// written there. What returns true can be read to the end without a further check.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, uint seed, out LogRecord record)
    {
        record = default;
        if (bytes.Length < HeaderSize)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (length < HeaderSize || length > bytes.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != LogChecksum.Of(seed, bytes[CoveredAt..length]))
        {
            return false;
        }

        record = new LogRecord(
            new GroupId(BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..])),
            (RecordKind)bytes[16],
            (RecordFlags)bytes[17],
            BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]),
            bytes[HeaderSize..length]);
        return record.IsWellFormed();
    }

    /// <summary>Writes everything before the payload, which must be in place, and the checksum over both.</summary>
    public static void Seal(Span<byte> record, uint seed, GroupId group, RecordKind kind, RecordFlags flags, int count)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], record.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], group.Value);
        record[16] = (byte)kind;
        record[17] = (byte)flags;
        BinaryPrimitives.WriteUInt16LittleEndian(record[18..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(record[20..], count);
        BinaryPrimitives.WriteUInt32LittleEndian(record, LogChecksum.Of(seed, record[CoveredAt..]));
    }

    public EntryWalk Entries() => new(Payload[EntriesPrefix..], FirstIndex);

    private bool IsWellFormed() => Kind switch
    {
        RecordKind.Entries => AreEntriesWellFormed(),
        RecordKind.HardState => Length == HardStateSize && Count == 0,
        RecordKind.SnapshotMark => Payload.Length >= MarkPrefix && Count == 0 && FirstIndex is >= 0 and < long.MaxValue,
        RecordKind.Removed => Payload.IsEmpty && Count == 0,
        _ => false,
    };

    private bool AreEntriesWellFormed()
    {
        if (Payload.Length < EntriesPrefix || Count <= 0 || FirstIndex <= 0 || FirstIndex > long.MaxValue - Count)
        {
            return false;
        }

        EntryWalk walk = Entries();
        for (int i = 0; i < Count; i++)
        {
            if (!walk.MoveNext())
            {
                return false;
            }
        }

        return walk.IsAtEnd;
    }
}
