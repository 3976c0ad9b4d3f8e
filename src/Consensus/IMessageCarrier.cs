namespace Consensus;

/// <summary>
/// Carries what hosts say to each other. It may lose, repeat, delay and reorder, and must never wait: what it cannot take
/// is lost, and asked for again.
/// </summary>
public interface IMessageCarrier
{
    /// <summary>On any of the host's threads. The bytes are valid during the call.</summary>
    void Send(NodeId to, ReadOnlySpan<byte> batch);

    /// <summary>As above, for parts of snapshots: behind everything else.</summary>
    void SendBulk(NodeId to, ReadOnlySpan<byte> part);
}
