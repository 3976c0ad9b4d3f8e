using System.Numerics;

namespace Scp.Protocol.Redundancy;

/// <summary>XOR over spans, a vector at a time.</summary>
internal static class Xor
{
    /// <summary>XORs <paramref name="source"/> into the front of <paramref name="target"/>, which is at least as long.</summary>
    public static void Into(Span<byte> target, ReadOnlySpan<byte> source)
    {
        target = target[..source.Length];
        int i = 0;
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            (new Vector<byte>(target[i..]) ^ new Vector<byte>(source[i..])).CopyTo(target[i..]);
        }

        for (; i < source.Length; i++)
        {
            target[i] ^= source[i];
        }
    }

    /// <summary>XORs a payload the way parity covers it: its length as u16, then its bytes.</summary>
    public static void PayloadInto(Span<byte> target, ReadOnlySpan<byte> payload)
    {
        target[0] ^= (byte)payload.Length;
        target[1] ^= (byte)(payload.Length >> 8);
        Into(target[sizeof(ushort)..], payload);
    }
}
