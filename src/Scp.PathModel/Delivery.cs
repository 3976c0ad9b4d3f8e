using System.Runtime.CompilerServices;

namespace Scp.PathModel;

/// <summary>When one copy of a packet arrives, and which bit of it, if any, the path flipped. The model never sees the bytes.</summary>
public readonly record struct Delivery
{
    private readonly int _corruptBitPlusOne;

    /// <param name="deliverAtNs">When the copy arrives.</param>
    /// <param name="corruptBit">The flipped bit, counted from the first byte's lowest; −1 when the copy is intact.</param>
    public Delivery(long deliverAtNs, int corruptBit = -1)
    {
        DeliverAtNs = deliverAtNs;
        _corruptBitPlusOne = corruptBit + 1;
    }

    public long DeliverAtNs { get; }

    public bool IsCorrupted => _corruptBitPlusOne > 0;

    /// <summary>The flipped bit, or −1.</summary>
    public int CorruptBit => _corruptBitPlusOne - 1;

    /// <summary>Flips the bit in the bytes of this copy; the caller owns them, and they must be as many as were offered.</summary>
    public void ApplyCorruption(Span<byte> packet)
    {
        if (!IsCorrupted)
        {
            return;
        }

        int offset = CorruptBit >> 3;
        if (offset >= packet.Length)
        {
            ThrowShort();
        }

        packet[offset] ^= (byte)(1 << (CorruptBit & 7));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowShort() =>
        throw new InvalidOperationException("The packet to corrupt is shorter than the one that was offered to the path.");
}
