using Scp.Protocol.Redundancy;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Session;

/// <summary>The receiving side of parity, made when the first datagram comes: a session that only uses lanes needs none.</summary>
internal sealed class RedundancyReceiver
{
    private ParityDecoder? _decoder;

    public void OnReceived(ulong number, ReadOnlySpan<byte> payload) => (_decoder ??= new ParityDecoder()).OnReceived(number, payload);

    public RecoverStatus TryRecover(in ParityFrame frame, out ulong number, out ReadOnlySpan<byte> payload)
    {
        RecoverResult result = (_decoder ??= new ParityDecoder()).TryRecover(frame);
        number = result.PacketNumber;
        payload = result.Payload;
        return result.Status;
    }

    /// <summary>A kept frame that has become useful; one that contradicts itself is dropped here, since its packet is long past.</summary>
    public bool TryRecoverPending(out ulong number, out ReadOnlySpan<byte> payload)
    {
        while (_decoder is not null && _decoder.TryRecoverPending(out RecoverResult result))
        {
            if (result.Status == RecoverStatus.Recovered)
            {
                number = result.PacketNumber;
                payload = result.Payload;
                return true;
            }
        }

        number = 0;
        payload = default;
        return false;
    }
}
