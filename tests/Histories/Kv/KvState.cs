using System.Runtime.InteropServices;

namespace Histories.Kv;

/// <summary>The value of each slot, a slot a key; 0 is no value. Never changed once made.</summary>
public readonly struct KvState(int[] values) : IEquatable<KvState>
{
    private readonly int[] _values = values;

    public int this[int slot] => _values[slot];

    public int Slots => _values.Length;

    public int[] ToArray() => [.. _values];

    public bool Equals(KvState other) => _values.AsSpan().SequenceEqual(other._values);

    public override bool Equals(object? obj) => obj is KvState other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(MemoryMarshal.AsBytes(_values.AsSpan()));
        return hash.ToHashCode();
    }

    public static bool operator ==(KvState left, KvState right) => left.Equals(right);

    public static bool operator !=(KvState left, KvState right) => !left.Equals(right);
}
