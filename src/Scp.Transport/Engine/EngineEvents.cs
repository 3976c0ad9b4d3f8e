using Scp.Protocol.Session;
using Scp.Transport.Lanes;

namespace Scp.Transport.Engine;

/// <summary>What an engine tells the node that owns it, on the engine's thread.</summary>
internal abstract class EngineEvents
{
    /// <summary>The session can be used. A session that ends before gets only <see cref="OnForgotten"/>.</summary>
    public abstract void OnUp(SessionDriver driver);

    public abstract void OnForgotten(SessionDriver driver);

    public abstract void OnHelloTimedOut(LaneConnection lane);

    /// <summary>A handler threw. On any thread.</summary>
    public abstract void OnHandlerFailed(SessionDriver driver, uint topic, Exception failure);

    /// <summary>Datagrams are blocked or open again, or the peer has a new address.</summary>
    public abstract void OnPathEvent(SessionDriver driver, SessionEventKind kind);

    /// <summary>The handlers of this node.</summary>
    public abstract ScpHandlers Handlers { get; }
}
