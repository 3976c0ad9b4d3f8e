using System.Buffers.Binary;
using System.Numerics;

namespace Simulation.Harness;

/// <summary>
/// A running hash of everything a simulation sent and observed. Two runs of one seed must agree on it; it need not withstand
/// an adversary, only be quick, so bytes go through the processor's CRC32C in two independent sums.
/// </summary>
internal struct TraceHash
{
    private uint _odd;
    private uint _even;
    private ulong _mixed;

    public readonly ulong Value => Scp.PathModel.PathRandom.Mix(_mixed ^ (((ulong)_odd << 32) | _even));

    public void Add(ulong value)
    {
        _odd = BitOperations.Crc32C(_odd, value);
        _mixed = (_mixed ^ value) * 0x9E3779B97F4A7C15;
        _mixed ^= _mixed >> 29;
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        while (bytes.Length >= 16)
        {
            _odd = BitOperations.Crc32C(_odd, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            _even = BitOperations.Crc32C(_even, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
            bytes = bytes[16..];
        }

        foreach (byte value in bytes)
        {
            _even = BitOperations.Crc32C(_even, value);
        }
    }
}
