namespace Scp.Transport;

/// <summary>Answers a request: call <see cref="ScpRequest.Reply"/>, or <see cref="ScpRequest.Fail"/>, before the task ends.</summary>
public delegate ValueTask RequestHandler(ScpRequest request);

/// <summary>Takes a one-way message.</summary>
public delegate ValueTask MessageHandler(ScpMessage message);

/// <summary>Owns a stream that a peer opened, until the task ends.</summary>
public delegate Task StreamHandler(ScpPeer peer, ScpStream stream);

/// <summary>Where a handler runs.</summary>
public enum HandlerThread
{
    /// <summary>On the thread pool: it may take its time.</summary>
    Pool,

    /// <summary>On the engine's own thread, at once: for handlers that never block. Everything else waits meanwhile.</summary>
    Inline,
}

/// <summary>Who handles what a node's peers send. Fill it before the node starts; it does not change after.</summary>
public sealed class ScpHandlers
{
    private readonly Dictionary<uint, (RequestHandler Handler, HandlerThread Thread)> _requests = [];
    private readonly Dictionary<uint, (MessageHandler Handler, HandlerThread Thread)> _messages = [];
    private bool _isFrozen;

    /// <summary>Takes streams; without it they are refused.</summary>
    public StreamHandler? Stream { get; private set; }

    public ScpHandlers OnRequest(uint topic, RequestHandler handler, HandlerThread thread = HandlerThread.Pool)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfFrozen();
        _requests.Add(topic, (handler, thread));
        return this;
    }

    public ScpHandlers OnMessage(uint topic, MessageHandler handler, HandlerThread thread = HandlerThread.Pool)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfFrozen();
        _messages.Add(topic, (handler, thread));
        return this;
    }

    public ScpHandlers OnStream(StreamHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfFrozen();
        Stream = handler;
        return this;
    }

    internal void Freeze() => _isFrozen = true;

    internal bool TryFindRequest(uint topic, out (RequestHandler Handler, HandlerThread Thread) found) => _requests.TryGetValue(topic, out found);

    internal bool TryFindMessage(uint topic, out (MessageHandler Handler, HandlerThread Thread) found) => _messages.TryGetValue(topic, out found);

    private void ThrowIfFrozen()
    {
        if (_isFrozen)
        {
            throw new InvalidOperationException("The handlers of a node that has started cannot change.");
        }
    }
}
