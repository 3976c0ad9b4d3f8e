using System.Collections.Concurrent;
using Consensus;
using Scp.Protocol;
using Scp.Transport;

namespace Fabric.Node;

/// <summary>
/// Keeps one session with every other node of a directory. Of two nodes the one with the lower id dials and introduces
/// itself, the other waits; when there is more than one session, both use the newest that lives. Once a second each
/// session's round trip is told to <see cref="OnRoundTrip"/>.
/// <para>
/// Made and registered before its transport node starts, for that needs the handlers. It may be stopped, and started again
/// with another transport node; it does not own them. For any thread.
/// </para>
/// </summary>
public sealed class NodeLinks : IAsyncDisposable
{
    private readonly NodeLinkOptions _options;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<NodeId, NodeLink> _links = new();
    private readonly ConcurrentDictionary<ScpPeer, NodeId> _nodes = new();
    private NodeDirectory _directory;
    private LinkKeeper? _keeper;

    public NodeLinks(NodeId self, NodeDirectory directory, NodeLinkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(directory);
        Self = self;
        _options = options ?? new NodeLinkOptions();
        _directory = NodeDirectory.Empty;
        Use(directory);
    }

    public NodeId Self { get; }

    public NodeDirectory Directory => Volatile.Read(ref _directory);

    /// <summary>Told the round trip to a node, in nanoseconds. On any thread.</summary>
    public Action<NodeId, long>? OnRoundTrip { get; set; }

    internal IEnumerable<KeyValuePair<NodeId, NodeLink>> Links => _links;

    /// <summary>Adds what other nodes' links say to this one.</summary>
    public ScpHandlers Register(ScpHandlers handlers)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        return handlers.OnRequest(NodeTopics.Introduction, HandleIntroduction, HandlerThread.Inline);
    }

    /// <summary>Begins to dial.</summary>
    public void Start(ScpNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        lock (_lock)
        {
            if (_keeper is not null)
            {
                throw new InvalidOperationException("These links have been started: stop them first.");
            }

            _keeper = new LinkKeeper(this, node, _options);
            _keeper.DialAll();
        }
    }

    /// <summary>Ends dialling. Sessions end with their transport node.</summary>
    public async Task StopAsync()
    {
        LinkKeeper? keeper;
        lock (_lock)
        {
            keeper = _keeper;
            _keeper = null;
        }

        if (keeper is not null)
        {
            await keeper.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>From now on these are the nodes: sessions with others are closed, new ones are dialled.</summary>
    public void Use(NodeDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        lock (_lock)
        {
            Volatile.Write(ref _directory, directory);
            foreach ((NodeId node, NodeLink link) in _links)
            {
                if (directory.Find(node) is null && _links.TryRemove(node, out _))
                {
                    _keeper?.Leave(node);
                    link.CloseAll();
                }
            }

            foreach (NodeAddress address in directory.All)
            {
                if (address.Node != Self)
                {
                    _links.GetOrAdd(address.Node, _ => new NodeLink(address)).Address = address;
                }
            }

            _keeper?.DialAll();
        }
    }

    /// <summary>The session with a node; null when there is none now.</summary>
    public ScpPeer? Find(NodeId node) => _links.TryGetValue(node, out NodeLink? link) ? link.Newest : null;

    /// <summary>The node at the other end of a session; false when it is no link.</summary>
    public bool TryGetNode(ScpPeer session, out NodeId node) => _nodes.TryGetValue(session, out node);

    /// <summary>Makes a dialled session a link; what the other side has against it, if anything, and it is closed then.</summary>
    internal async Task<string?> IntroduceAsync(NodeLink link, ScpPeer session, CancellationToken cancellation)
    {
        // Known before the other side may speak. Whom it dialled this side knows, by the certificate's name.
        NodeId node = link.Address.Node;
        _nodes[session] = node;
        var options = new CallOptions { Priority = Priority.Control };
        using ScpReply reply = await session.CallAsync(NodeTopics.Introduction, new Introduction(Self, node).ToBytes(), options, cancellation).ConfigureAwait(false);
        if (reply.IsOk)
        {
            Add(link, session, node);
            return null;
        }

        _ = _nodes.TryRemove(session, out _);
        _ = session.CloseAsync();
        cancellation.ThrowIfCancellationRequested();
        return reply.Code == ErrorCode.Unauthorized
            ? $"it does not know {Self} under this certificate, or is another node than {node}."
            : $"it did not take the introduction ({reply.Outcome}, {reply.Code}).";
    }

    private ValueTask HandleIntroduction(ScpRequest request)
    {
        if (Introduction.TryRead(request.Payload.Span, out Introduction introduction) && IsWelcome(introduction, request.Peer.Name)
            && _links.TryGetValue(introduction.From, out NodeLink? link))
        {
            _nodes[request.Peer] = introduction.From;
            Add(link, request.Peer, introduction.From);
            request.Reply(default);
        }
        else
        {
            request.Refuse(ErrorCode.Unauthorized);
        }

        return ValueTask.CompletedTask;
    }

    private bool IsWelcome(in Introduction introduction, string name) =>
        introduction.To == Self && Directory.Find(introduction.From) is { } known && (_options.IsPlain || known.Name == name);

    private void Add(NodeLink link, ScpPeer session, NodeId node)
    {
        link.Add(session);
        _ = ForgetWhenClosedAsync(link, session);
        if (!_links.TryGetValue(node, out NodeLink? current) || current != link)
        {
            // The node was taken out of the directory in this very moment.
            _ = session.CloseAsync();
        }
    }

    private async Task ForgetWhenClosedAsync(NodeLink link, ScpPeer session)
    {
        _ = await session.Closed.ConfigureAwait(false);
        link.Remove(session);
        _ = _nodes.TryRemove(session, out _);
    }
}
