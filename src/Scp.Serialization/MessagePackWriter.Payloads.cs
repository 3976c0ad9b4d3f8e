using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Scp.Serialization;

/// <summary>Strings, binaries, extensions, timestamps, and the headers of arrays and maps.</summary>
public ref partial struct MessagePackWriter
{
    private const int GuidBytes = 16;

    /// <summary>Announces <paramref name="count"/> items, which the caller writes next.</summary>
    public void WriteArrayHeader(int count)
    {
        ThrowIfNegative(count);
        if (count <= MessagePackCode.MaxFixCount)
        {
            WriteByteItem((byte)(MessagePackCode.FixArray | count));
        }
        else if (count <= ushort.MaxValue)
        {
            WriteCodeAndUInt16(MessagePackCode.Array16, (ushort)count);
        }
        else
        {
            WriteCodeAndUInt32(MessagePackCode.Array32, (uint)count);
        }
    }

    /// <summary>Announces <paramref name="count"/> pairs, which the caller writes next, each key before its value.</summary>
    public void WriteMapHeader(int count)
    {
        ThrowIfNegative(count);
        if (count <= MessagePackCode.MaxFixCount)
        {
            WriteByteItem((byte)(MessagePackCode.FixMap | count));
        }
        else if (count <= ushort.MaxValue)
        {
            WriteCodeAndUInt16(MessagePackCode.Map16, (ushort)count);
        }
        else
        {
            WriteCodeAndUInt32(MessagePackCode.Map32, (uint)count);
        }
    }

    /// <summary>Writes a string, or nil for null.</summary>
    public void WriteString(string? value)
    {
        if (value is null)
        {
            WriteNil();
        }
        else
        {
            WriteString(value.AsSpan());
        }
    }

    /// <summary>Writes a string. A surrogate without its other half becomes U+FFFD: what is on the wire is always UTF-8.</summary>
    public void WriteString(ReadOnlySpan<char> value)
    {
        // Most strings are short ASCII: narrow them straight into place and only then write the byte that says so.
        if (value.Length <= MessagePackCode.MaxFixStringBytes
            && value.Length < _window.Length - _used
            && Ascii.FromUtf16(value, _window[(_used + 1)..], out int written) == OperationStatus.Done)
        {
            _window[_used] = (byte)(MessagePackCode.FixString | written);
            _used += 1 + written;
        }
        else
        {
            WriteAnyString(value);
        }
    }

    /// <summary>Writes a string that is UTF-8 already. Throws if it is not, since no peer would accept it.</summary>
    public void WriteUtf8(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            ThrowHelper.ThrowInvalidOperation("The bytes of a string must be valid UTF-8.");
        }

        WriteStringHeader(utf8.Length);
        WriteRaw(utf8);
    }

    /// <summary>Writes a binary, or nil for null.</summary>
    public void WriteBinary(byte[]? value)
    {
        if (value is null)
        {
            WriteNil();
        }
        else
        {
            WriteBinary(value.AsSpan());
        }
    }

    public void WriteBinary(ReadOnlySpan<byte> value)
    {
        switch (value.Length)
        {
            case <= byte.MaxValue:
                WriteCodeAndByte(MessagePackCode.Binary8, (byte)value.Length);
                break;
            case <= ushort.MaxValue:
                WriteCodeAndUInt16(MessagePackCode.Binary16, (ushort)value.Length);
                break;
            default:
                WriteCodeAndUInt32(MessagePackCode.Binary32, (uint)value.Length);
                break;
        }

        WriteRaw(value);
    }

    /// <summary>Writes a binary of 16 bytes in the order of RFC 9562, which every other language reads the same way.</summary>
    public void WriteGuid(Guid value)
    {
        const int Bytes = 2 + GuidBytes;
        if (TryReserve(Bytes))
        {
            Span<byte> item = _window.Slice(_used, Bytes);
            item[0] = MessagePackCode.Binary8;
            item[1] = GuidBytes;
            _ = value.TryWriteBytes(item[2..], bigEndian: true, out _);
            _used += Bytes;
        }
    }

    /// <summary>Writes an extension. Negative types belong to the specification.</summary>
    public void WriteExtension(sbyte type, ReadOnlySpan<byte> payload)
    {
        switch (payload.Length)
        {
            case 1:
                WriteByteItem(MessagePackCode.FixExt1);
                break;
            case 2:
                WriteByteItem(MessagePackCode.FixExt2);
                break;
            case 4:
                WriteByteItem(MessagePackCode.FixExt4);
                break;
            case 8:
                WriteByteItem(MessagePackCode.FixExt8);
                break;
            case 16:
                WriteByteItem(MessagePackCode.FixExt16);
                break;
            case <= byte.MaxValue:
                WriteCodeAndByte(MessagePackCode.Ext8, (byte)payload.Length);
                break;
            case <= ushort.MaxValue:
                WriteCodeAndUInt16(MessagePackCode.Ext16, (ushort)payload.Length);
                break;
            default:
                WriteCodeAndUInt32(MessagePackCode.Ext32, (uint)payload.Length);
                break;
        }

        WriteByteItem((byte)type);
        WriteRaw(payload);
    }

    /// <summary>Writes a timestamp to the 100 ns. A local time is converted; one of unspecified kind counts as UTC.</summary>
    public void WriteDateTime(DateTime value) => WriteTimestamp(MessagePackTimestamp.FromDateTime(value));

    public void WriteTimestamp(MessagePackTimestamp value)
    {
        const byte Type = unchecked((byte)MessagePackCode.TimestampType);
        if (value.Nanoseconds > MessagePackTimestamp.MaxNanoseconds)
        {
            ThrowHelper.ThrowInvalidOperation("A timestamp has at most 999,999,999 nanoseconds.");
        }

        int payloadBytes = !value.TryPack64(out ulong packed) ? MessagePackTimestamp.MaxBytes : packed > uint.MaxValue ? 8 : 4;
        int bytes = (payloadBytes == MessagePackTimestamp.MaxBytes ? 3 : 2) + payloadBytes;
        if (!TryReserve(bytes))
        {
            return;
        }

        Span<byte> item = _window.Slice(_used, bytes);
        switch (payloadBytes)
        {
            case 4:
                item[0] = MessagePackCode.FixExt4;
                item[1] = Type;
                BinaryPrimitives.WriteUInt32BigEndian(item[2..], (uint)packed);
                break;
            case 8:
                item[0] = MessagePackCode.FixExt8;
                item[1] = Type;
                BinaryPrimitives.WriteUInt64BigEndian(item[2..], packed);
                break;
            default:
                item[0] = MessagePackCode.Ext8;
                item[1] = MessagePackTimestamp.MaxBytes;
                item[2] = Type;
                BinaryPrimitives.WriteUInt32BigEndian(item[3..], value.Nanoseconds);
                BinaryPrimitives.WriteInt64BigEndian(item[7..], value.Seconds);
                break;
        }

        _used += bytes;
    }

    private void WriteAnyString(ReadOnlySpan<char> value)
    {
        int byteCount = Encoding.UTF8.GetByteCount(value);
        WriteStringHeader(byteCount);
        if (_output is null && !TryReserve(byteCount))
        {
            return;
        }

        while (!value.IsEmpty)
        {
            OperationStatus status = Utf8.FromUtf16(value, _window[_used..], out int charsRead, out int written);
            _used += written;
            value = value[charsRead..];
            // Room for one character of any size: less could leave the loop without progress.
            if (status == OperationStatus.DestinationTooSmall && !TryReserve(4))
            {
                return;
            }
        }
    }

    private void WriteStringHeader(int byteCount)
    {
        switch (byteCount)
        {
            case <= MessagePackCode.MaxFixStringBytes:
                WriteByteItem((byte)(MessagePackCode.FixString | byteCount));
                break;
            case <= byte.MaxValue:
                WriteCodeAndByte(MessagePackCode.String8, (byte)byteCount);
                break;
            case <= ushort.MaxValue:
                WriteCodeAndUInt16(MessagePackCode.String16, (ushort)byteCount);
                break;
            default:
                WriteCodeAndUInt32(MessagePackCode.String32, (uint)byteCount);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ThrowIfNegative(int count)
    {
        if (count < 0)
        {
            ThrowHelper.ThrowInvalidOperation("A count cannot be negative.");
        }
    }
}
