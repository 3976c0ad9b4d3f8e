namespace Scp.Protocol.Redundancy;

/// <summary>
/// A group whose parity is to be sent now. The spans belong to the encoder and stay as they are until its next
/// <see cref="ParityEncoder.Add"/>; write the frame before that.
/// </summary>
internal readonly ref struct ParityGroup
{
    public ParityGroup(ReadOnlySpan<ulong> packetNumbers, ReadOnlySpan<byte> xor)
    {
        PacketNumbers = packetNumbers;
        Xor = xor;
    }

    public int Count => PacketNumbers.Length;

    /// <summary>The covered packets, newest first, as the frame wants them.</summary>
    public ReadOnlySpan<ulong> PacketNumbers { get; }

    public ReadOnlySpan<byte> Xor { get; }
}
