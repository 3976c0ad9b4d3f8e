namespace Simulation.Protocol.Nodes;

/// <summary>A node's wish to have a session with a peer: when one ends, it opens another.</summary>
internal sealed class Uplink(int peer)
{
    public int Peer => peer;

    public Peering? Current { get; set; }

    /// <summary>When to open the next session; <see cref="long.MaxValue"/> while there is one.</summary>
    public long ConnectAtNs { get; set; }
}
