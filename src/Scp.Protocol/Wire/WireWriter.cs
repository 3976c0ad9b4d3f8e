using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Scp.Protocol.Wire;

/// <summary>
/// Writes frames into a buffer of known size. Callers check <see cref="Remaining"/> against a frame's size before they
/// begin it: running past the end is a bug of this side and throws.
/// </summary>
public ref struct WireWriter
{
    private readonly Span<byte> _buffer;

    public WireWriter(Span<byte> buffer)
    {
        _buffer = buffer;
        Written = 0;
    }

    public int Written { get; private set; }

    public readonly int Remaining => _buffer.Length - Written;

    public readonly ReadOnlySpan<byte> WrittenSpan => _buffer[..Written];

    /// <summary>The bytes not written yet.</summary>
    public readonly Span<byte> Free => _buffer[Written..];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteByte(byte value) => _buffer[Written++] = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteVarInt(ulong value) => Written += VarInt.Write(_buffer[Written..], value);

    public void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[Written..], value);
        Written += sizeof(ushort);
    }

    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer[Written..], value);
        Written += sizeof(uint);
    }

    public void WriteUInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer[Written..], value);
        Written += sizeof(ulong);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[Written..]);
        Written += bytes.Length;
    }

    public void WriteLengthPrefixed(scoped ReadOnlySpan<byte> bytes)
    {
        WriteVarInt((ulong)bytes.Length);
        WriteBytes(bytes);
    }

    /// <summary>Counts bytes that were written straight into <see cref="Free"/>.</summary>
    public void Advance(int count) => Written = checked(Written + count) <= _buffer.Length ? Written + count : ThrowPastEnd();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ThrowPastEnd() => throw new InvalidOperationException("A frame was written past the end of its packet.");
}
