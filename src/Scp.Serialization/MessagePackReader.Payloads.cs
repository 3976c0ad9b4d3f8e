using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Scp.Serialization;

/// <summary>Strings, binaries, extensions, timestamps, and the headers of arrays and maps.</summary>
public ref partial struct MessagePackReader
{
    private const int GuidBytes = 16;
    private const int Timestamp64Bytes = 10;

    /// <summary>Reads how many items follow; the caller reads them next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadArrayHeader(out int count)
    {
        if (!TryTakeByte(out byte code))
        {
            count = 0;
            return false;
        }

        uint announced = (uint)(code - MessagePackCode.FixArray);
        if (announced > MessagePackCode.MaxFixCount
            && !TryReadLongCount(code, MessagePackCode.Array16, MessagePackCode.Array32, out announced))
        {
            count = 0;
            return false;
        }

        count = (int)announced;
        return TryAdmit(announced, 1, _limits.MaxArrayElements);
    }

    /// <summary>Reads how many pairs follow; the caller reads them next, each key before its value.</summary>
    public bool TryReadMapHeader(out int count)
    {
        if (!TryTakeByte(out byte code))
        {
            count = 0;
            return false;
        }

        uint announced = (uint)(code - MessagePackCode.FixMap);
        if (announced > MessagePackCode.MaxFixCount
            && !TryReadLongCount(code, MessagePackCode.Map16, MessagePackCode.Map32, out announced))
        {
            count = 0;
            return false;
        }

        count = (int)announced;
        return TryAdmit(announced, 2, _limits.MaxMapEntries);
    }

    public bool TryReadString([NotNullWhen(true)] out string? value)
    {
        value = null;
        if (!TryReadStringHeader(out int length))
        {
            return false;
        }

        if (length <= _window.Length - _position)
        {
            ReadOnlySpan<byte> utf8 = _window.Slice(_position, length);
            _position += length;
            return Utf8Text.TryDecode(utf8, out value) || Fail(MessagePackError.InvalidUtf8);
        }

        return TryReadStringAcrossWindows(length, out value);
    }

    /// <summary>
    /// Reads a string without decoding it, valid UTF-8 all the same. A slice of what is being read, save where it
    /// straddles segments and has to be copied.
    /// </summary>
    public bool TryReadUtf8(out ReadOnlySpan<byte> utf8)
    {
        if (!TryReadStringHeader(out int length))
        {
            utf8 = default;
            return false;
        }

        utf8 = TakePayload(length);
        return Utf8.IsValid(utf8) || Fail(MessagePackError.InvalidUtf8);
    }

    /// <summary>Reads a binary into an array of its own.</summary>
    public bool TryReadBinary([NotNullWhen(true)] out byte[]? value)
    {
        if (!TryReadBinaryHeader(out int length))
        {
            value = null;
            return false;
        }

        if (length == 0)
        {
            value = [];
            return true;
        }

        value = GC.AllocateUninitializedArray<byte>(length);
        CopyPayload(value);
        return true;
    }

    /// <summary>
    /// Reads a binary without a copy: a slice of what is being read, save where it straddles segments.
    /// </summary>
    public bool TryReadBinarySpan(out ReadOnlySpan<byte> value)
    {
        if (!TryReadBinaryHeader(out int length))
        {
            value = default;
            return false;
        }

        value = TakePayload(length);
        return true;
    }

    /// <summary>Reads a binary of exactly 16 bytes in the order of RFC 9562.</summary>
    public bool TryReadGuid(out Guid value)
    {
        value = default;
        if (!TryReadBinaryHeader(out int length))
        {
            return false;
        }

        if (length != GuidBytes)
        {
            return Fail(MessagePackError.OutOfRange);
        }

        Span<byte> bytes = stackalloc byte[GuidBytes];
        CopyPayload(bytes);
        value = new Guid(bytes, bigEndian: true);
        return true;
    }

    /// <summary>Reads an extension of any type. The payload is a slice of what is being read, save where it straddles segments.</summary>
    public bool TryReadExtension(out sbyte type, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (!TryReadExtensionHeader(out type, out int length))
        {
            return false;
        }

        payload = TakePayload(length);
        return true;
    }

    /// <summary>Reads a timestamp, rounded down to 100 ns. Refused outside the years 1 to 9999.</summary>
    public bool TryReadDateTime(out DateTime value)
    {
        value = default;
        return TryReadTimestamp(out MessagePackTimestamp timestamp)
            && (timestamp.TryToDateTime(out value) || Fail(MessagePackError.OutOfRange));
    }

    public bool TryReadTimestamp(out MessagePackTimestamp value)
    {
        // By far the most frequent layout, taken in one piece.
        const ushort Header = (MessagePackCode.FixExt8 << 8) | unchecked((byte)MessagePackCode.TimestampType);
        ReadOnlySpan<byte> ahead = _window[_position..];
        if (ahead.Length >= Timestamp64Bytes && BinaryPrimitives.ReadUInt16BigEndian(ahead) == Header)
        {
            _position += Timestamp64Bytes;
            ulong packed = BinaryPrimitives.ReadUInt64BigEndian(ahead[sizeof(ushort)..]);
            return MessagePackTimestamp.TryUnpack64(packed, out value) || Fail(MessagePackError.InvalidTimestamp);
        }

        return TryReadAnyTimestamp(out value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReadAnyTimestamp(out MessagePackTimestamp value)
    {
        value = default;
        if (!TryReadExtensionHeader(out sbyte type, out int length))
        {
            return false;
        }

        if (type != MessagePackCode.TimestampType)
        {
            return Fail(MessagePackError.UnexpectedType);
        }

        Span<byte> payload = stackalloc byte[MessagePackTimestamp.MaxBytes];
        if (length > payload.Length)
        {
            return Fail(MessagePackError.InvalidTimestamp);
        }

        payload = payload[..length];
        CopyPayload(payload);
        return MessagePackTimestamp.TryParse(payload, out value) || Fail(MessagePackError.InvalidTimestamp);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadStringHeader(out int length)
    {
        if (!TryTakeByte(out byte code))
        {
            length = 0;
            return false;
        }

        uint announced = (uint)(code - MessagePackCode.FixString);
        if (announced > MessagePackCode.MaxFixStringBytes && !TryReadLongStringLength(code, out announced))
        {
            length = 0;
            return false;
        }

        length = (int)announced;
        return TryAdmitPayload(announced, _limits.MaxStringBytes);
    }

    private bool TryReadLongStringLength(byte code, out uint length)
    {
        switch (code)
        {
            case MessagePackCode.String8:
                bool read = TryTakeByte(out byte length8);
                length = length8;
                return read;
            default:
                return TryReadLongCount(code, MessagePackCode.String16, MessagePackCode.String32, out length);
        }
    }

    private bool TryReadBinaryHeader(out int length)
    {
        length = 0;
        if (!TryTakeByte(out byte code))
        {
            return false;
        }

        uint announced;
        if (code == MessagePackCode.Binary8)
        {
            if (!TryTakeByte(out byte length8))
            {
                return false;
            }

            announced = length8;
        }
        else if (!TryReadLongCount(code, MessagePackCode.Binary16, MessagePackCode.Binary32, out announced))
        {
            return false;
        }

        length = (int)announced;
        return TryAdmitPayload(announced, _limits.MaxBinaryBytes);
    }

    private bool TryReadExtensionHeader(out sbyte type, out int length)
    {
        type = 0;
        length = 0;
        if (!TryTakeByte(out byte code) || !TryReadExtensionLength(code, out uint announced))
        {
            return false;
        }

        // The type stands between length and payload: the limit is checked before it, the rest after.
        if (!TryAdmitPayload(announced, _limits.MaxBinaryBytes) || !TryTakeByte(out byte typeCode))
        {
            return false;
        }

        type = (sbyte)typeCode;
        length = (int)announced;
        return announced <= Remaining || FailTruncated();
    }

    private bool TryReadExtensionLength(byte code, out uint length)
    {
        switch (code)
        {
            case >= MessagePackCode.FixExt1 and <= MessagePackCode.FixExt16:
                length = 1u << (code - MessagePackCode.FixExt1);
                return true;
            case MessagePackCode.Ext8:
                bool read = TryTakeByte(out byte length8);
                length = length8;
                return read;
            default:
                return TryReadLongCount(code, MessagePackCode.Ext16, MessagePackCode.Ext32, out length);
        }
    }

    /// <summary>Reads the count that follows <paramref name="code"/>, in two bytes or in four.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReadLongCount(byte code, byte code16, byte code32, out uint count)
    {
        count = 0;
        if (code == code16)
        {
            bool read = TryTakeUInt16(out ushort count16);
            count = count16;
            return read;
        }

        return code == code32 ? TryTakeUInt32(out count) : FailUnexpected(code);
    }

    /// <summary>
    /// The limit comes first: a count that would be refused anyway must not pass for one that more bytes could cure.
    /// Then each element needs at least <paramref name="elementBytes"/> of what remains.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAdmit(uint count, uint elementBytes, int limit)
    {
        if (count > (uint)limit)
        {
            return Fail(MessagePackError.TooManyElements);
        }

        return (long)count * elementBytes <= Remaining || FailTruncated();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAdmitPayload(uint length, int limit)
    {
        if (length > (uint)limit)
        {
            return Fail(MessagePackError.TooLong);
        }

        return length <= Remaining || FailTruncated();
    }

    /// <summary>Takes a payload whose length has been admitted.</summary>
    private ReadOnlySpan<byte> TakePayload(int length)
    {
        if (length <= _window.Length - _position)
        {
            ReadOnlySpan<byte> payload = _window.Slice(_position, length);
            _position += length;
            return payload;
        }

        byte[] copy = GC.AllocateUninitializedArray<byte>(length);
        CopyPayload(copy);
        return copy;
    }

    /// <summary>Fills <paramref name="destination"/> with a payload whose length has been admitted.</summary>
    private void CopyPayload(scoped Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int piece = Math.Min(destination.Length, _window.Length - _position);
            _window.Slice(_position, piece).CopyTo(destination);
            _position += piece;
            destination = destination[piece..];
            if (!destination.IsEmpty && !TryNextWindow())
            {
                ThrowHelper.ThrowInvalidOperation("The sequence has fewer bytes than it said.");
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReadStringAcrossWindows(int length, [NotNullWhen(true)] out string? value)
    {
        const int MaxStackBytes = 512;
        byte[]? rented = null;
        Span<byte> utf8 = length <= MaxStackBytes
            ? stackalloc byte[MaxStackBytes]
            : rented = ArrayPool<byte>.Shared.Rent(length);
        utf8 = utf8[..length];
        CopyPayload(utf8);
        bool valid = Utf8Text.TryDecode(utf8, out value);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return valid || Fail(MessagePackError.InvalidUtf8);
    }
}
