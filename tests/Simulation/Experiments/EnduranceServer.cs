using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Simulation.Protocol.Nodes;

namespace Simulation.Experiments;

/// <summary>Answers calls and reads streams to their end, without keeping anything.</summary>
internal sealed class EnduranceServer : IApplication
{
    private readonly byte[] _reply = new byte[200];
    private readonly byte[] _scratch = new byte[64 * 1024];

    public long NextAtNs => long.MaxValue;

    public void Advance(long nowNs)
    {
    }

    public void OnOpened(Peering peering, long nowNs)
    {
    }

    public void OnEvent(Peering peering, in SessionEvent item, long nowNs)
    {
        switch (item.Kind)
        {
            case SessionEventKind.Request:
                _ = peering.Session.Reply(item.Id, ReplyStatus.Ok, ErrorCode.None, _reply, nowNs);
                break;
            case SessionEventKind.StreamReadable:
                while (peering.Session.ReadStream(item.Stream, _scratch, nowNs, out _) > 0)
                {
                }

                break;
            case SessionEventKind.StreamFinished:
                _ = peering.Session.FinishStream(item.Stream);
                break;
            default:
                break;
        }
    }

    public void OnRestarted(long nowNs)
    {
    }
}
