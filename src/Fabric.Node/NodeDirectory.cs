using Consensus;

namespace Fabric.Node;

/// <summary>The nodes that belong together: who they are and where. Immutable.</summary>
public sealed class NodeDirectory
{
    private readonly Dictionary<NodeId, NodeAddress> _byId = [];

    /// <summary>Two nodes of one id, or of one name, are refused with an <see cref="ArgumentException"/>: neither could be told from the other.</summary>
    public NodeDirectory(IEnumerable<NodeAddress> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (NodeAddress node in nodes.OrderBy(node => node.Node.Value))
        {
            if (!_byId.TryAdd(node.Node, node))
            {
                throw new ArgumentException($"{node.Node} is there twice: as {_byId[node.Node]} and as {node}.", nameof(nodes));
            }

            if (!names.Add(node.Name))
            {
                throw new ArgumentException($"Two nodes are called {node.Name}: give each a certificate with a name of its own.", nameof(nodes));
            }
        }

        All = [.. _byId.Values];
    }

    public static NodeDirectory Empty { get; } = new([]);

    /// <summary>By ascending id.</summary>
    public IReadOnlyList<NodeAddress> All { get; }

    public NodeAddress? Find(NodeId node) => _byId.GetValueOrDefault(node);
}
