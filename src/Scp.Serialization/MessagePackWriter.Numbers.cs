using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Scp.Serialization;

/// <summary>Nil, booleans, integers and floating point.</summary>
public ref partial struct MessagePackWriter
{
    public void WriteNil() => WriteByteItem(MessagePackCode.Nil);

    public void WriteBoolean(bool value) => WriteByteItem(value ? MessagePackCode.True : MessagePackCode.False);

    public void WriteSByte(sbyte value) => WriteInt64(value);

    public void WriteInt16(short value) => WriteInt64(value);

    public void WriteInt32(int value) => WriteInt64(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteInt64(long value)
    {
        if (value is >= MessagePackCode.MinFixInt and <= MessagePackCode.MaxPositiveFixInt)
        {
            WriteByteItem((byte)value);
        }
        else if (value > 0)
        {
            WriteLargeUnsigned((ulong)value);
        }
        else
        {
            WriteLargeNegative(value);
        }
    }

    public void WriteByte(byte value) => WriteUInt64(value);

    public void WriteUInt16(ushort value) => WriteUInt64(value);

    public void WriteUInt32(uint value) => WriteUInt64(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUInt64(ulong value)
    {
        if (value <= MessagePackCode.MaxPositiveFixInt)
        {
            WriteByteItem((byte)value);
        }
        else
        {
            WriteLargeUnsigned(value);
        }
    }

    public void WriteSingle(float value)
    {
        const int Bytes = 1 + sizeof(float);
        if (TryReserve(Bytes))
        {
            Span<byte> item = _window.Slice(_used, Bytes);
            item[0] = MessagePackCode.Float32;
            BinaryPrimitives.WriteSingleBigEndian(item[1..], value);
            _used += Bytes;
        }
    }

    public void WriteDouble(double value)
    {
        const int Bytes = 1 + sizeof(double);
        if (TryReserve(Bytes))
        {
            Span<byte> item = _window.Slice(_used, Bytes);
            item[0] = MessagePackCode.Float64;
            BinaryPrimitives.WriteDoubleBigEndian(item[1..], value);
            _used += Bytes;
        }
    }

    private void WriteLargeUnsigned(ulong value)
    {
        if (value <= byte.MaxValue)
        {
            WriteCodeAndByte(MessagePackCode.UInt8, (byte)value);
        }
        else if (value <= ushort.MaxValue)
        {
            WriteCodeAndUInt16(MessagePackCode.UInt16, (ushort)value);
        }
        else if (value <= uint.MaxValue)
        {
            WriteCodeAndUInt32(MessagePackCode.UInt32, (uint)value);
        }
        else
        {
            WriteCodeAndUInt64(MessagePackCode.UInt64, value);
        }
    }

    private void WriteLargeNegative(long value)
    {
        if (value >= sbyte.MinValue)
        {
            WriteCodeAndByte(MessagePackCode.Int8, (byte)value);
        }
        else if (value >= short.MinValue)
        {
            WriteCodeAndUInt16(MessagePackCode.Int16, (ushort)value);
        }
        else if (value >= int.MinValue)
        {
            WriteCodeAndUInt32(MessagePackCode.Int32, (uint)value);
        }
        else
        {
            WriteCodeAndUInt64(MessagePackCode.Int64, (ulong)value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteByteItem(byte item)
    {
        if (TryReserve(1))
        {
            _window[_used++] = item;
        }
    }

    private void WriteCodeAndByte(byte code, byte value)
    {
        const int Bytes = 2;
        if (TryReserve(Bytes))
        {
            Span<byte> item = _window.Slice(_used, Bytes);
            item[0] = code;
            item[1] = value;
            _used += Bytes;
        }
    }

    private void WriteCodeAndUInt16(byte code, ushort value)
    {
        const int Bytes = 1 + sizeof(ushort);
        if (TryReserve(Bytes))
        {
            Span<byte> item = _window.Slice(_used, Bytes);
            item[0] = code;
            BinaryPrimitives.WriteUInt16BigEndian(item[1..], value);
            _used += Bytes;
        }
    }

    private void WriteCodeAndUInt32(byte code, uint value)
    {
        const int Bytes = 1 + sizeof(uint);
        if (TryReserve(Bytes))
        {
            Span<byte> item = _window.Slice(_used, Bytes);
            item[0] = code;
            BinaryPrimitives.WriteUInt32BigEndian(item[1..], value);
            _used += Bytes;
        }
    }

    private void WriteCodeAndUInt64(byte code, ulong value)
    {
        const int Bytes = 1 + sizeof(ulong);
        if (TryReserve(Bytes))
        {
            Span<byte> item = _window.Slice(_used, Bytes);
            item[0] = code;
            BinaryPrimitives.WriteUInt64BigEndian(item[1..], value);
            _used += Bytes;
        }
    }
}
