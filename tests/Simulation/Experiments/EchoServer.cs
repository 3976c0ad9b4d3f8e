using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Simulation.Protocol.Nodes;

namespace Simulation.Experiments;

/// <summary>Answers every request at once, with so many bytes, and counts what it is sent.</summary>
internal sealed class EchoServer(int replyBytes) : IApplication
{
    private readonly byte[] _reply = new byte[replyBytes];

    public long NextAtNs => long.MaxValue;

    /// <summary>Payload bytes of one-way messages.</summary>
    public long MessageBytes { get; private set; }

    public void Advance(long nowNs)
    {
    }

    public void OnOpened(Peering peering, long nowNs)
    {
    }

    public void OnEvent(Peering peering, in SessionEvent item, long nowNs)
    {
        if (item.Kind == SessionEventKind.Request)
        {
            _ = peering.Session.Reply(item.Id, ReplyStatus.Ok, ErrorCode.None, _reply, nowNs);
        }
        else if (item.Kind == SessionEventKind.Message)
        {
            MessageBytes += item.Payload.Length;
        }
    }

    public void OnRestarted(long nowNs)
    {
    }
}
