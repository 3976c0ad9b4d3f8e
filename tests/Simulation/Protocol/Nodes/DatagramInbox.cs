using Scp.Protocol.Session;
using Simulation.Network;

namespace Simulation.Protocol.Nodes;

/// <summary>The receive buffer of a UDP socket whose process stands still: bounded, and the newest are lost when it is full.</summary>
internal sealed class DatagramInbox
{
    private const int MaxDatagrams = 256;

    private readonly List<(PathId From, byte[] Bytes)> _waiting = [];

    public long Lost { get; private set; }

    public void Add(PathId from, ReadOnlySpan<byte> datagram)
    {
        if (_waiting.Count == MaxDatagrams)
        {
            Lost++;
            return;
        }

        _waiting.Add((from, datagram.ToArray()));
    }

    public void Drain(IDatagramReceiver receiver, long nowNs)
    {
        foreach ((PathId from, byte[] bytes) in _waiting)
        {
            receiver.OnDatagram(from, bytes, nowNs);
        }

        _waiting.Clear();
    }

    public void Clear() => _waiting.Clear();
}
