namespace Scp.Protocol.Tests.Congestion;

internal readonly record struct Packet(long Number, int Bytes, long SentAtNs);

/// <summary>A sender on the <see cref="MiniNet"/>.</summary>
internal abstract class Flow(MiniNet net)
{
    protected MiniNet Net { get; } = net;

    public long DeliveredBytes { get; set; }

    /// <summary>Propagation there and back beyond what the path has for everybody.</summary>
    public long ExtraRttNs { get; init; }

    public abstract void OnAck(Packet packet);

    /// <summary>A time asked for by <see cref="MiniNet.Wake"/> has come, or the flow begins.</summary>
    public abstract void OnWake();
}
