using Scp.Protocol.Session;

namespace Simulation.Network;

/// <summary>One node's end of a TCP connection, as its shell holds it.</summary>
internal sealed class LaneEnd(LaneConnection connection, int node, int peer, PipeDirection outgoing, PipeDirection incoming)
{
    public int Node => node;

    public int Peer => peer;

    public LaneConnection Connection => connection;

    public PipeDirection Outgoing => outgoing;

    public PipeDirection Incoming => incoming;

    /// <summary>The endpoint's number for it; it has one once the handshake is done on this side.</summary>
    public LaneId Lane { get; set; }

    /// <summary>The endpoint knows of it.</summary>
    public bool IsOpen { get; set; }

    /// <summary>This side has closed it, or was told that it is gone.</summary>
    public bool IsClosed { get; set; }

    /// <summary>When this side is told that the connection is gone.</summary>
    public long NoticeAtNs { get; set; } = long.MaxValue;

    public bool CanWrite => IsOpen && !IsClosed && outgoing.HasRoom;

    public void Write(ReadOnlySpan<byte> bytes, long nowNs) => outgoing.Write(bytes, nowNs);

    /// <summary>Closes in order: what was written still arrives, what comes is not read any more.</summary>
    public void Close(long nowNs)
    {
        IsClosed = true;
        outgoing.Finish(nowNs);
        incoming.Discard();
    }
}
