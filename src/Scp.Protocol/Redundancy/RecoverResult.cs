namespace Scp.Protocol.Redundancy;

/// <summary>
/// What came of a parity frame and, when <see cref="Status"/> is <see cref="RecoverStatus.Recovered"/>, the packet
/// rebuilt. The payload belongs to the decoder and stays as it is until the decoder's next call that may recover.
/// </summary>
internal readonly ref struct RecoverResult
{
    public RecoverResult(RecoverStatus status) => Status = status;

    public RecoverResult(ulong packetNumber, ReadOnlySpan<byte> payload)
    {
        Status = RecoverStatus.Recovered;
        PacketNumber = packetNumber;
        Payload = payload;
    }

    public RecoverStatus Status { get; }

    public ulong PacketNumber { get; }

    public ReadOnlySpan<byte> Payload { get; }
}
