using System.Buffers;

namespace Scp.Serialization.Oracle;

/// <summary>Any item through the public face of <see cref="MessagePackReader"/>, as a program would read what it does not know.</summary>
public static class ReaderDecoder
{
    private const int SingleBytes = 5;

    public static (WireValue? Value, MessagePackError Error) Decode(byte[] bytes, MessagePackLimits limits)
    {
        var reader = new MessagePackReader(bytes, limits);
        return Finish(ref reader);
    }

    public static (WireValue? Value, MessagePackError Error) Decode(in ReadOnlySequence<byte> bytes, MessagePackLimits limits)
    {
        var reader = new MessagePackReader(bytes, limits);
        return Finish(ref reader);
    }

    private static (WireValue? Value, MessagePackError Error) Finish(ref MessagePackReader reader)
    {
        bool read = TryRead(ref reader, out WireValue value)
            && (reader.Remaining == 0 || reader.Fail(MessagePackError.TrailingBytes));
        return (read ? value : null, reader.Error);
    }

    private static bool TryRead(ref MessagePackReader reader, out WireValue value)
    {
        value = WireValue.Nil;
        switch (reader.PeekType())
        {
            case MessagePackType.Boolean:
                bool readBoolean = reader.TryReadBoolean(out bool boolean);
                value = WireValue.OfBoolean(boolean);
                return readBoolean;
            case MessagePackType.Integer:
                return TryReadInteger(ref reader, out value);
            case MessagePackType.Float:
                long start = reader.Consumed;
                bool readNumber = reader.TryReadDouble(out double number);
                value = reader.Consumed - start == SingleBytes ? WireValue.OfSingle((float)number) : WireValue.OfDouble(number);
                return readNumber;
            case MessagePackType.String:
                bool readText = reader.TryReadString(out string? text);
                value = WireValue.OfString(text);
                return readText;
            case MessagePackType.Binary:
                bool readBytes = reader.TryReadBinary(out byte[]? bytes);
                value = WireValue.OfBinary(bytes);
                return readBytes;
            case MessagePackType.Array:
                return reader.TryReadArrayHeader(out int count) && TryReadItems(ref reader, count, WireValue.OfArray, out value);
            case MessagePackType.Map:
                return reader.TryReadMapHeader(out int pairs) && TryReadItems(ref reader, 2 * pairs, WireValue.OfMap, out value);
            case MessagePackType.Extension:
                return TryReadExtension(ref reader, out value);
            default:
                // Nil, or nothing that could be read: the end, the reserved code.
                return reader.TryReadNil();
        }
    }

    /// <summary>A copy of the reader looks ahead: what does not fit a long fits an unsigned one.</summary>
    private static bool TryReadInteger(ref MessagePackReader reader, out WireValue value)
    {
        MessagePackReader ahead = reader;
        if (ahead.TryReadInt64(out long signed))
        {
            reader = ahead;
            value = WireValue.OfInteger(signed);
            return true;
        }

        bool read = reader.TryReadUInt64(out ulong unsigned);
        value = WireValue.OfInteger(unsigned);
        return read;
    }

    private static bool TryReadItems(
        ref MessagePackReader reader, int count, Func<IEnumerable<WireValue>, WireValue> create, out WireValue value)
    {
        value = WireValue.Nil;
        if (!reader.TryEnter())
        {
            return false;
        }

        var items = new WireValue[count];
        for (int i = 0; i < count; i++)
        {
            if (!TryRead(ref reader, out items[i]))
            {
                return false;
            }
        }

        reader.Leave();
        value = create(items);
        return true;
    }

    private static bool TryReadExtension(ref MessagePackReader reader, out WireValue value)
    {
        value = WireValue.Nil;
        if (!reader.TryReadExtension(out sbyte type, out ReadOnlySpan<byte> payload))
        {
            return false;
        }

        if (type != -1)
        {
            value = WireValue.OfExtension(type, payload.ToArray());
            return true;
        }

        bool parsed = MessagePackTimestamp.TryParse(payload, out MessagePackTimestamp timestamp);
        value = WireValue.OfTimestamp(timestamp);
        return parsed || reader.Fail(MessagePackError.InvalidTimestamp);
    }
}
