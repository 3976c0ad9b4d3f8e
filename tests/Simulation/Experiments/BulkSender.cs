using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Simulation.Protocol.Nodes;

namespace Simulation.Experiments;

/// <summary>Keeps the datagram lane busy: one-way messages of the lowest priority, as many as the session takes.</summary>
internal sealed class BulkSender : IApplication
{
    private const int MessageBytes = 4096;
    private const long RefillNs = 5_000_000;

    /// <summary>More than fills any path that is measured here, and far less than a session queues.</summary>
    private const int MaxQueued = 512;

    private readonly byte[] _message = new byte[MessageBytes];
    private Peering? _peering;

    public long NextAtNs { get; private set; } = long.MaxValue;

    public void Begin(long nowNs) => NextAtNs = nowNs;

    public void Advance(long nowNs)
    {
        if (NextAtNs > nowNs)
        {
            return;
        }

        NextAtNs = nowNs + RefillNs;
        ScpSession session = _peering!.Session;
        var options = new MessageOptions { Priority = Priority.Bulk };
        for (int queued = session.GetStatistics(nowNs).MessagesQueued; queued < MaxQueued; queued++)
        {
            _ = session.TrySend(MessageKind.ReliableOneWay, _message, options, nowNs, out _);
        }
    }

    public void OnOpened(Peering peering, long nowNs) => _peering = peering;

    public void OnEvent(Peering peering, in SessionEvent item, long nowNs)
    {
    }

    public void OnRestarted(long nowNs)
    {
    }
}
