using System.Buffers.Binary;

namespace Simulation.Cluster.Machine;

/// <summary>
/// A client's write: who, its how manyth, to which key, and what. A swap names the value that must stand there. Zero is no
/// value. Padding makes commands of different sizes.
/// </summary>
internal readonly record struct KvCommand(ulong Client, ulong Sequence, byte Key, bool IsSwap, ulong OldValue, ulong NewValue)
{
    private const int Size = 34;

    public byte[] Encode(int padding)
    {
        byte[] bytes = new byte[Size + padding];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Client);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), Sequence);
        bytes[16] = Key;
        bytes[17] = (byte)(IsSwap ? 1 : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(18), OldValue);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(26), NewValue);
        bytes.AsSpan(Size).Fill((byte)Sequence);
        return bytes;
    }

    public static KvCommand Decode(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        bytes[16],
        bytes[17] != 0,
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[18..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[26..]));
}
