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
    private readonly Events _events = new();

    public IdleEngine() => Engine = new ScpEngine(new EndpointOptions(), _udp, _events, "idle");

    public ScpEngine Engine { get; }

    public SessionDriver NewDriver() => new(Engine, Engine.Endpoint.Connect("peer", new PathId(1), nowNs: 1), dialer: null, _events);

    public void Dispose()
    {
        Engine.Dispose();
        _udp.Dispose();
    }

    private sealed class Events : EngineEvents
    {
        public override ScpHandlers Handlers { get; } = new();

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
