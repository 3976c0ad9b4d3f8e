using Scp.Protocol.Session;

namespace Simulation.Protocol.Nodes;

/// <summary>What runs above the sessions of a node.</summary>
internal interface IApplication
{
    long NextAtNs { get; }

    void Advance(long nowNs);

    void OnOpened(Peering peering, long nowNs);

    void OnEvent(Peering peering, in SessionEvent item, long nowNs);

    /// <summary>The process starts anew: what it had begun is gone.</summary>
    void OnRestarted(long nowNs);
}
