using Scp.Transport;

namespace Fabric.Node;

/// <summary>The way to one node: the sessions with it that live, of which the newest is used. For any thread.</summary>
internal sealed class NodeLink(NodeAddress address)
{
    private readonly Lock _lock = new();
    private readonly List<ScpPeer> _sessions = [];
    private NodeAddress _address = address;
    private ScpPeer? _newest;

    /// <summary>May change while the node is dialled: the next attempt goes to the new one.</summary>
    public NodeAddress Address
    {
        get => Volatile.Read(ref _address);
        set => Volatile.Write(ref _address, value);
    }

    /// <summary>Null when there is none.</summary>
    public ScpPeer? Newest => Volatile.Read(ref _newest);

    public void Add(ScpPeer session)
    {
        lock (_lock)
        {
            if (_sessions.Count == NodeLimits.MaxSessionsPerNode)
            {
                _sessions.RemoveAt(0);
            }

            _sessions.Add(session);
            Volatile.Write(ref _newest, session);
        }
    }

    public void Remove(ScpPeer session)
    {
        lock (_lock)
        {
            _ = _sessions.Remove(session);
            Volatile.Write(ref _newest, _sessions.Count == 0 ? null : _sessions[^1]);
        }
    }

    /// <summary>The node is none of ours any more.</summary>
    public void CloseAll()
    {
        lock (_lock)
        {
            foreach (ScpPeer session in _sessions)
            {
                _ = session.CloseAsync();
            }
        }
    }
}
