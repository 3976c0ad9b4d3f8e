using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Scp.Serialization;

/// <summary>Nil, booleans, integers and floating point.</summary>
public ref partial struct MessagePackReader
{
    public bool TryReadNil() => SkipIfNil() || (TryTakeByte(out byte code) && FailUnexpected(code));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadBoolean(out bool value)
    {
        if (!TryTakeByte(out byte code))
        {
            value = false;
            return false;
        }

        value = code == MessagePackCode.True;
        return code is MessagePackCode.True or MessagePackCode.False || FailUnexpected(code);
    }

    public bool TryReadSByte(out sbyte value)
    {
        bool read = TryReadSigned(sbyte.MinValue, sbyte.MaxValue, out long wide);
        value = (sbyte)wide;
        return read;
    }

    public bool TryReadInt16(out short value)
    {
        bool read = TryReadSigned(short.MinValue, short.MaxValue, out long wide);
        value = (short)wide;
        return read;
    }

    public bool TryReadInt32(out int value)
    {
        bool read = TryReadSigned(int.MinValue, int.MaxValue, out long wide);
        value = (int)wide;
        return read;
    }

    public bool TryReadInt64(out long value) => TryReadSigned(long.MinValue, long.MaxValue, out value);

    public bool TryReadByte(out byte value)
    {
        bool read = TryReadUnsigned(byte.MaxValue, out ulong wide);
        value = (byte)wide;
        return read;
    }

    public bool TryReadUInt16(out ushort value)
    {
        bool read = TryReadUnsigned(ushort.MaxValue, out ulong wide);
        value = (ushort)wide;
        return read;
    }

    public bool TryReadUInt32(out uint value)
    {
        bool read = TryReadUnsigned(uint.MaxValue, out ulong wide);
        value = (uint)wide;
        return read;
    }

    public bool TryReadUInt64(out ulong value) => TryReadUnsigned(ulong.MaxValue, out value);

    /// <summary>
    /// Reads any number, rounded to the nearest float: peers without single precision send doubles, and those without
    /// floating point of their own send 1.0 as the integer 1. A finite double beyond the range of a float is refused.
    /// </summary>
    public bool TryReadSingle(out float value)
    {
        if (TryPeek(out byte code) && code == MessagePackCode.Float32)
        {
            _position++;
            bool read = TryTakeUInt32(out uint bits);
            value = BitConverter.UInt32BitsToSingle(bits);
            return read;
        }

        bool any = TryReadDouble(out double wide);
        value = (float)wide;
        return any && (!float.IsInfinity(value) || double.IsInfinity(wide) || Fail(MessagePackError.OutOfRange));
    }

    /// <summary>Reads any number, rounded to the nearest double; see <see cref="TryReadSingle"/>.</summary>
    public bool TryReadDouble(out double value)
    {
        value = 0;
        if (!TryPeek(out byte code))
        {
            return FailTruncated();
        }

        switch (code)
        {
            case MessagePackCode.Float64:
                _position++;
                bool read64 = TryTakeUInt64(out ulong bits64);
                value = BitConverter.UInt64BitsToDouble(bits64);
                return read64;
            case MessagePackCode.Float32:
                _position++;
                bool read32 = TryTakeUInt32(out uint bits32);
                value = BitConverter.UInt32BitsToSingle(bits32);
                return read32;
            default:
                bool read = TryReadAnyInteger(out ulong bits, out bool negative);
                value = negative ? (long)bits : bits;
                return read;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadSigned(long min, long max, out long value)
    {
        if (TryTakeFixInt(out byte fix))
        {
            value = fix;
            return true;
        }

        bool read = TryReadAnyInteger(out ulong bits, out bool negative);
        value = (long)bits;
        return read && ((negative == value < 0 && value >= min && value <= max) || Fail(MessagePackError.OutOfRange));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadUnsigned(ulong max, out ulong value)
    {
        if (TryTakeFixInt(out byte fix))
        {
            value = fix;
            return true;
        }

        bool read = TryReadAnyInteger(out value, out bool negative);
        return read && ((!negative && value <= max) || Fail(MessagePackError.OutOfRange));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeFixInt(out byte value)
    {
        if ((uint)_position < (uint)_window.Length)
        {
            value = _window[_position];
            if (value <= MessagePackCode.MaxPositiveFixInt)
            {
                _position++;
                return true;
            }
        }

        value = 0;
        return false;
    }

    /// <summary>
    /// Reads an integer of any form as its 64 bits, and whether they stand for a negative number in two's complement:
    /// both together cover all from <see cref="long.MinValue"/> to <see cref="ulong.MaxValue"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReadAnyInteger(out ulong bits, out bool negative)
    {
        bits = 0;
        negative = false;
        if (!TryTakeByte(out byte code))
        {
            return false;
        }

        bool read;
        switch (code)
        {
            case <= MessagePackCode.MaxPositiveFixInt:
                bits = code;
                return true;
            case >= MessagePackCode.NegativeFixInt:
                bits = (ulong)(sbyte)code;
                negative = true;
                return true;
            case MessagePackCode.UInt8 or MessagePackCode.Int8:
                read = TryTakeByte(out byte bits8);
                bits = code == MessagePackCode.UInt8 ? bits8 : (ulong)(sbyte)bits8;
                break;
            case MessagePackCode.UInt16 or MessagePackCode.Int16:
                read = TryTakeUInt16(out ushort bits16);
                bits = code == MessagePackCode.UInt16 ? bits16 : (ulong)(short)bits16;
                break;
            case MessagePackCode.UInt32 or MessagePackCode.Int32:
                read = TryTakeUInt32(out uint bits32);
                bits = code == MessagePackCode.UInt32 ? bits32 : (ulong)(int)bits32;
                break;
            case MessagePackCode.UInt64 or MessagePackCode.Int64:
                read = TryTakeUInt64(out bits);
                break;
            default:
                return FailUnexpected(code);
        }

        negative = code >= MessagePackCode.Int8 && (long)bits < 0;
        return read;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeUInt16(out ushort value)
    {
        if (BinaryPrimitives.TryReadUInt16BigEndian(_window[_position..], out value))
        {
            _position += sizeof(ushort);
            return true;
        }

        bool gathered = TryGather(sizeof(ushort), out ulong wide);
        value = (ushort)wide;
        return gathered;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeUInt32(out uint value)
    {
        if (BinaryPrimitives.TryReadUInt32BigEndian(_window[_position..], out value))
        {
            _position += sizeof(uint);
            return true;
        }

        bool gathered = TryGather(sizeof(uint), out ulong wide);
        value = (uint)wide;
        return gathered;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeUInt64(out ulong value)
    {
        if (BinaryPrimitives.TryReadUInt64BigEndian(_window[_position..], out value))
        {
            _position += sizeof(ulong);
            return true;
        }

        return TryGather(sizeof(ulong), out value);
    }

    /// <summary>Reads a big-endian number that straddles windows, or finds that the bytes end within it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryGather(int bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < bytes; i++)
        {
            if (!TryTakeByte(out byte next))
            {
                value = 0;
                return false;
            }

            value = (value << 8) | next;
        }

        return true;
    }
}
