using Scp.Protocol.Session;
using Scp.Protocol.Wire;

namespace Fuzz.Targets;

/// <summary>Datagrams from anybody: none of them opens, so none may change anything but a counter.</summary>
internal sealed class DatagramTarget : IFuzzTarget
{
    private readonly LivePair _pair = new();

    public string Name => "datagram";

    public IEnumerable<byte[]> Seeds()
    {
        var buffer = new byte[Scp.Protocol.ScpLimits.MaxDatagramBytes];
        var pair = new LivePair();
        if (pair.ClientSession.PollTransmit(buffer, pair.NowNs, out Transmit transmit))
        {
            yield return buffer[..transmit.Length];
        }

        var header = new byte[64];
        new DatagramHeader(DatagramKind.Sealed, 0, 1, pair.ServerSession.LocalDestinationId, 5).Format(header);
        yield return header;
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        byte[] datagram = input.ToArray();
        SessionStatistics before = _pair.ServerSession.GetStatistics(_pair.NowNs);
        _ = _pair.Server.HandleDatagram(new PathId(66), datagram, _pair.NowNs);
        SessionStatistics after = _pair.ServerSession.GetStatistics(_pair.NowNs);
        Check.That(after.PacketsReceived == before.PacketsReceived && _pair.ServerSession.IsUp, "a datagram that nobody sealed was taken");
        return after.DatagramsDropped > before.DatagramsDropped;
    }
}
