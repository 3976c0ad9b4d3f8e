using System.Net;
using Scp.Protocol.Session;
using Scp.Transport.Engine;
using Scp.Transport.Lanes;
using Scp.Transport.Udp;

namespace Scp.Transport.Tests.Engine;

/// <summary>An engine whose thread never starts, for what can be tried without it.</summary>
internal sealed class IdleEngine : IDisposable
{
    private readonly UdpSocket _udp = UdpSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), new UdpSocketOptions());
    private readonly Events _events;

    public IdleEngine(ScpHandlers? handlers = null)
    {
        _events = new Events(handlers ?? new ScpHandlers());
        Engine = new ScpEngine(new EndpointOptions(), _udp, _events, "idle");
    }

    public ScpEngine Engine { get; }

    /// <summary>A session that is never up, and for which the engine has no timer.</summary>
    public SessionDriver NewDriver(long nowNs = 1)
    {
        ScpSession session = Engine.Endpoint.Connect("peer", new PathId(1), nowNs);
        var driver = new SessionDriver(Engine, session, dialer: null, _events);
        session.Owner = driver;
        return driver;
    }

    public void Dispose()
    {
        Engine.Dispose();
        _udp.Dispose();
    }

    private sealed class Events(ScpHandlers handlers) : EngineEvents
    {
        public override ScpHandlers Handlers => handlers;

        public override void OnUp(SessionDriver driver)
        {
        }

        public override void OnForgotten(SessionDriver driver)
        {
        }

        public override void OnHelloTimedOut(LaneConnection lane)
        {
        }

        public override void OnHandlerFailed(SessionDriver driver, uint topic, Exception failure)
        {
        }

        public override void OnPathEvent(SessionDriver driver, SessionEventKind kind)
        {
        }
    }
}
