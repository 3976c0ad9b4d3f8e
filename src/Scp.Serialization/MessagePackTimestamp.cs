using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Scp.Serialization;

/// <summary>
/// A point in time as MessagePack has it: seconds since 1970-01-01 UTC and nanoseconds forward from there. Three
/// layouts, big-endian, of which the shortest that fits is written:
/// <code>
///  4 bytes   seconds:u32                        until 2106, whole seconds
///  8 bytes   nanoseconds:30 bits seconds:34     until 2514
/// 12 bytes   nanoseconds:u32 seconds:i64        all else
/// </code>
/// </summary>
public readonly record struct MessagePackTimestamp(long Seconds, uint Nanoseconds) : IMessagePackSerializable<MessagePackTimestamp>
{
    public const uint MaxNanoseconds = 999_999_999;

    /// <summary>Size of the longest layout.</summary>
    internal const int MaxBytes = 12;

    private const int SecondsBits = 34;
    private const uint NanosecondsPerTick = 100;
    private const long UnixEpochSeconds = 62_135_596_800;
    private const ulong MaxDateTimeSeconds = 315_537_897_599;

    /// <summary>A local time is converted; one of unspecified kind counts as UTC.</summary>
    public static MessagePackTimestamp FromDateTime(DateTime value)
    {
        if (value.Kind == DateTimeKind.Local)
        {
            value = value.ToUniversalTime();
        }

        // Ticks count from the year 1 and are never negative: unsigned division needs no rounding towards minus infinity.
        ulong ticks = (ulong)value.Ticks;
        ulong seconds = ticks / TimeSpan.TicksPerSecond;
        uint remainder = (uint)(ticks - (seconds * TimeSpan.TicksPerSecond));
        return new MessagePackTimestamp((long)seconds - UnixEpochSeconds, remainder * NanosecondsPerTick);
    }

    /// <summary>False if the year is before 1 or after 9999. Rounds down to the 100 ns that a DateTime can tell.</summary>
    public bool TryToDateTime(out DateTime value)
    {
        ulong seconds = (ulong)Seconds + UnixEpochSeconds;
        if (seconds > MaxDateTimeSeconds || Nanoseconds > MaxNanoseconds)
        {
            value = default;
            return false;
        }

        long ticks = ((long)seconds * TimeSpan.TicksPerSecond) + (Nanoseconds / NanosecondsPerTick);
        value = new DateTime(ticks, DateTimeKind.Utc);
        return true;
    }

    /// <summary>Reads the payload of an extension of type -1.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out MessagePackTimestamp value)
    {
        switch (payload.Length)
        {
            case 4:
                value = new MessagePackTimestamp(BinaryPrimitives.ReadUInt32BigEndian(payload), 0);
                return true;
            case 8:
                return TryUnpack64(BinaryPrimitives.ReadUInt64BigEndian(payload), out value);
            case MaxBytes:
                uint nanoseconds = BinaryPrimitives.ReadUInt32BigEndian(payload);
                value = new MessagePackTimestamp(BinaryPrimitives.ReadInt64BigEndian(payload[4..]), nanoseconds);
                return nanoseconds <= MaxNanoseconds;
            default:
                value = default;
                return false;
        }
    }

    public void Write(ref MessagePackWriter writer) => writer.WriteTimestamp(this);

    public static bool TryRead(ref MessagePackReader reader, [MaybeNullWhen(false)] out MessagePackTimestamp value) =>
        reader.TryReadTimestamp(out value);

    internal static bool TryUnpack64(ulong packed, out MessagePackTimestamp value)
    {
        uint nanoseconds = (uint)(packed >> SecondsBits);
        value = new MessagePackTimestamp((long)(packed & ((1UL << SecondsBits) - 1)), nanoseconds);
        return nanoseconds <= MaxNanoseconds;
    }

    /// <summary>False if the seconds need more than the 34 bits of the shorter layouts.</summary>
    internal bool TryPack64(out ulong packed)
    {
        packed = ((ulong)Nanoseconds << SecondsBits) | (ulong)Seconds;
        return (ulong)Seconds >> SecondsBits == 0;
    }
}
