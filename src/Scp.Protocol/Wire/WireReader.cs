using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Scp.Protocol.Wire;

/// <summary>
/// Reads frames from bytes a peer sent. Nothing here throws: the first field that does not fit makes every later read
/// fail too, so that a parser may read all its fields and ask once.
/// </summary>
public ref struct WireReader
{
    private ReadOnlySpan<byte> _rest;

    public WireReader(ReadOnlySpan<byte> source) => _rest = source;

    /// <summary>True once a read has failed.</summary>
    public bool Failed { get; private set; }

    public readonly bool IsEmpty => _rest.IsEmpty;

    public readonly int Remaining => _rest.Length;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte ReadByte()
    {
        if (_rest.IsEmpty)
        {
            Fail();
            return 0;
        }

        byte value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadVarInt()
    {
        if (!VarInt.TryRead(_rest, out ulong value, out int size))
        {
            Fail();
            return 0;
        }

        _rest = _rest[size..];
        return value;
    }

    public ushort ReadUInt16()
    {
        ReadOnlySpan<byte> bytes = ReadBytes(sizeof(ushort));
        return bytes.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public uint ReadUInt32()
    {
        ReadOnlySpan<byte> bytes = ReadBytes(sizeof(uint));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public ulong ReadUInt64()
    {
        ReadOnlySpan<byte> bytes = ReadBytes(sizeof(ulong));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Takes <paramref name="count"/> bytes, or fails and returns none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            Fail();
            return default;
        }

        ReadOnlySpan<byte> bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    /// <summary>Takes a varint length and that many bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> ReadLengthPrefixed()
    {
        ulong length = ReadVarInt();
        if (length > (ulong)_rest.Length)
        {
            Fail();
            return default;
        }

        return ReadBytes((int)length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Fail()
    {
        Failed = true;
        _rest = default;
    }
}
