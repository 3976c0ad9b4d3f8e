using Scp.Protocol.Session;

namespace Simulation.Network;

/// <summary>A node as the datagram network sees it.</summary>
internal interface IDatagramReceiver
{
    /// <summary>The bytes are the receiver's to overwrite until it returns.</summary>
    void OnDatagram(PathId from, Span<byte> datagram, long nowNs);
}
