using Scp.Protocol.Session;

namespace Simulation.Network;

/// <summary>
/// Which address each node is seen under. A path id names a viewer, a node and how often that node's address has changed:
/// after a rebinding the old address leads nowhere, and what the node sends comes from the new one.
/// </summary>
internal sealed class AddressBook(int nodes)
{
    private const int MaxNodes = 64;
    private const int Foreign = MaxNodes - 1;

    private readonly int[] _generation = new int[nodes];
    private readonly List<(int Node, long AtNs)> _rebound = [];

    /// <summary>The address under which <paramref name="viewer"/> sees <paramref name="node"/> now.</summary>
    public PathId Of(int viewer, int node) => Compose(viewer, node, _generation[node]);

    /// <summary>An address that belongs to nobody the viewer should trust.</summary>
    public static PathId Stranger(int viewer, int number) => Compose(viewer, Foreign, number);

    public void Rebind(int node, long nowNs)
    {
        _generation[node]++;
        _rebound.Add((node, nowNs));
    }

    /// <summary>Whether the node's address changed after one time and before another.</summary>
    public bool HasMoved(int node, long afterNs, long beforeNs) =>
        _rebound.Exists(rebound => rebound.Node == node && rebound.AtNs >= afterNs && rebound.AtNs <= beforeNs);

    public AddressKind Resolve(PathId path, out int node)
    {
        long value = (long)path.Port - 1;
        node = (int)(value / MaxNodes % MaxNodes);
        if (node == Foreign)
        {
            return AddressKind.Stranger;
        }

        return value / (MaxNodes * MaxNodes) == _generation[node] ? AddressKind.Live : AddressKind.Dead;
    }

    private static PathId Compose(int viewer, int node, int generation) =>
        new((ulong)((((((long)generation * MaxNodes) + node) * MaxNodes) + viewer) + 1));
}
