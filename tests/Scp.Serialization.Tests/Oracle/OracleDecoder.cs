using System.Text;

namespace Scp.Serialization.Oracle;

/// <summary>
/// A second decoder, slow and plain: one byte array, one recursion, the specification's table from top to bottom. It
/// shares no code with the reader, so that what both say alike is worth believing.
/// </summary>
public sealed class OracleDecoder(byte[] bytes, MessagePackLimits limits)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int _offset;

    public int Consumed => _offset;

    private int Remaining => bytes.Length - _offset;

    /// <summary>Decodes one item that fills the bytes.</summary>
    public static (WireValue? Value, MessagePackError Error) Decode(byte[] bytes, MessagePackLimits limits)
    {
        try
        {
            OracleDecoder decoder = new(bytes, limits);
            WireValue value = decoder.Next(depth: 0);
            return decoder.Remaining == 0 ? (value, MessagePackError.None) : (null, MessagePackError.TrailingBytes);
        }
        catch (OracleRefusalException refusal)
        {
            return (null, refusal.Error);
        }
    }

    /// <summary>Length of the first item if it is well formed and whole, or -1. Looks at structure alone.</summary>
    public static int Measure(byte[] bytes)
    {
        try
        {
            OracleDecoder decoder = new(bytes, MessagePackLimits.Default);
            decoder.Pass();
            return decoder.Consumed;
        }
        catch (OracleRefusalException)
        {
            return -1;
        }
    }

    private WireValue Next(int depth)
    {
        byte code = Byte();
        return code switch
        {
            <= 0x7f => WireValue.OfInteger(code),
            <= 0x8f => Map(code & 0x0f, depth),
            <= 0x9f => Array(code & 0x0f, depth),
            <= 0xbf => String(code & 0x1f),
            0xc0 => WireValue.Nil,
            0xc1 => throw new OracleRefusalException(MessagePackError.ReservedCode),
            0xc2 => WireValue.OfBoolean(false),
            0xc3 => WireValue.OfBoolean(true),
            0xc4 => Binary(Unsigned(1)),
            0xc5 => Binary(Unsigned(2)),
            0xc6 => Binary(Unsigned(4)),
            0xc7 => Extension(Unsigned(1)),
            0xc8 => Extension(Unsigned(2)),
            0xc9 => Extension(Unsigned(4)),
            0xca => WireValue.OfSingle(BitConverter.UInt32BitsToSingle((uint)Unsigned(4))),
            0xcb => WireValue.OfDouble(BitConverter.UInt64BitsToDouble(Unsigned(8))),
            0xcc => WireValue.OfInteger(Unsigned(1)),
            0xcd => WireValue.OfInteger(Unsigned(2)),
            0xce => WireValue.OfInteger(Unsigned(4)),
            0xcf => WireValue.OfInteger(Unsigned(8)),
            0xd0 => WireValue.OfInteger((sbyte)Unsigned(1)),
            0xd1 => WireValue.OfInteger((short)Unsigned(2)),
            0xd2 => WireValue.OfInteger((int)Unsigned(4)),
            0xd3 => WireValue.OfInteger((long)Unsigned(8)),
            0xd4 => Extension(1),
            0xd5 => Extension(2),
            0xd6 => Extension(4),
            0xd7 => Extension(8),
            0xd8 => Extension(16),
            0xd9 => String((long)Unsigned(1)),
            0xda => String((long)Unsigned(2)),
            0xdb => String((long)Unsigned(4)),
            0xdc => Array((long)Unsigned(2), depth),
            0xdd => Array((long)Unsigned(4), depth),
            0xde => Map((long)Unsigned(2), depth),
            0xdf => Map((long)Unsigned(4), depth),
            _ => WireValue.OfInteger((sbyte)code),
        };
    }

    private WireValue Array(long count, int depth)
    {
        Admit(count, count, limits.MaxArrayElements, MessagePackError.TooManyElements);
        return WireValue.OfArray(Items(count, depth));
    }

    private WireValue Map(long count, int depth)
    {
        Admit(count, 2 * count, limits.MaxMapEntries, MessagePackError.TooManyElements);
        return WireValue.OfMap(Items(2 * count, depth));
    }

    private List<WireValue> Items(long count, int depth)
    {
        if (depth == limits.MaxDepth)
        {
            throw new OracleRefusalException(MessagePackError.TooDeep);
        }

        List<WireValue> items = [];
        for (long i = 0; i < count; i++)
        {
            items.Add(Next(depth + 1));
        }

        return items;
    }

    private WireValue String(long length)
    {
        Admit(length, length, limits.MaxStringBytes, MessagePackError.TooLong);
        try
        {
            return WireValue.OfString(StrictUtf8.GetString(Take(length)));
        }
        catch (DecoderFallbackException)
        {
            throw new OracleRefusalException(MessagePackError.InvalidUtf8);
        }
    }

    private WireValue Binary(ulong length)
    {
        Admit((long)length, (long)length, limits.MaxBinaryBytes, MessagePackError.TooLong);
        return WireValue.OfBinary(Take((long)length));
    }

    private WireValue Extension(ulong length)
    {
        Admit((long)length, (long)length + 1, limits.MaxBinaryBytes, MessagePackError.TooLong);
        sbyte type = (sbyte)Byte();
        byte[] payload = Take((long)length);
        if (type != -1)
        {
            return WireValue.OfExtension(type, payload);
        }

        OracleDecoder inner = new(payload, limits);
        (long seconds, ulong nanoseconds) = payload.Length switch
        {
            4 => ((long)inner.Unsigned(4), 0UL),
            8 => SplitTimestamp64(inner.Unsigned(8)),
            12 => FlipTimestamp96(inner.Unsigned(4), inner.Unsigned(8)),
            _ => throw new OracleRefusalException(MessagePackError.InvalidTimestamp),
        };
        return nanoseconds < 1_000_000_000
            ? WireValue.OfTimestamp(new MessagePackTimestamp(seconds, (uint)nanoseconds))
            : throw new OracleRefusalException(MessagePackError.InvalidTimestamp);
    }

    private static (long Seconds, ulong Nanoseconds) SplitTimestamp64(ulong packed) =>
        ((long)(packed % (1UL << 34)), packed / (1UL << 34));

    private static (long Seconds, ulong Nanoseconds) FlipTimestamp96(ulong nanoseconds, ulong seconds) =>
        ((long)seconds, nanoseconds);

    private void Pass()
    {
        byte code = Byte();
        _ = Take(PayloadBytes(code));
        for (long items = ItemsWithin(code); items > 0; items--)
        {
            Pass();
        }
    }

    private long PayloadBytes(byte code) => code switch
    {
        0xc1 => throw new OracleRefusalException(MessagePackError.ReservedCode),
        >= 0xa0 and <= 0xbf => code & 0x1f,
        0xc4 or 0xd9 => (long)Unsigned(1),
        0xc5 or 0xda => (long)Unsigned(2),
        0xc6 or 0xdb => (long)Unsigned(4),
        0xc7 => 1 + (long)Unsigned(1),
        0xc8 => 1 + (long)Unsigned(2),
        0xc9 => 1 + (long)Unsigned(4),
        0xcc or 0xd0 => 1,
        0xcd or 0xd1 or 0xd4 => 2,
        0xd5 => 3,
        0xca or 0xce or 0xd2 => 4,
        0xd6 => 5,
        0xcb or 0xcf or 0xd3 => 8,
        0xd7 => 9,
        0xd8 => 17,
        _ => 0,
    };

    private long ItemsWithin(byte code) => code switch
    {
        >= 0x80 and <= 0x8f => 2 * (code & 0x0f),
        >= 0x90 and <= 0x9f => code & 0x0f,
        0xdc => (long)Unsigned(2),
        0xdd => (long)Unsigned(4),
        0xde => 2 * (long)Unsigned(2),
        0xdf => 2 * (long)Unsigned(4),
        _ => 0,
    };

    private void Admit(long size, long neededBytes, int limit, MessagePackError error)
    {
        if (size > limit)
        {
            throw new OracleRefusalException(error);
        }

        if (neededBytes > Remaining)
        {
            throw new OracleRefusalException(MessagePackError.Truncated);
        }
    }

    private byte Byte() => Take(1)[0];

    private ulong Unsigned(int size) => Take(size).Aggregate(0UL, (value, next) => (value * 256) + next);

    private byte[] Take(long count)
    {
        if (count > Remaining)
        {
            throw new OracleRefusalException(MessagePackError.Truncated);
        }

        byte[] taken = bytes[_offset..(_offset + (int)count)];
        _offset += (int)count;
        return taken;
    }
}
