using Scp.Protocol.Session;
using Simulation.Protocol.Nodes;

namespace Simulation.Experiments;

/// <summary>Tells a checker when each message arrived.</summary>
internal sealed class CheckedReceiver(PriorityChecker checker) : IApplication
{
    public long NextAtNs => long.MaxValue;

    public void Advance(long nowNs)
    {
    }

    public void OnOpened(Peering peering, long nowNs)
    {
    }

    public void OnEvent(Peering peering, in SessionEvent item, long nowNs)
    {
        if (item.Kind == SessionEventKind.Message)
        {
            checker.OnArrived(item.Topic, nowNs);
        }
    }

    public void OnRestarted(long nowNs)
    {
    }
}
