using System.Collections.Concurrent;

namespace Consensus.Tests.Host;

/// <summary>Joins hosts of one process. A node can be cut off: what is for it or from it is then lost.</summary>
internal sealed class LocalNetwork
{
    private readonly ConcurrentDictionary<NodeId, IConsensusHost> _hosts = new();
    private readonly ConcurrentDictionary<NodeId, bool> _cut = new();

    public void Add(IConsensusHost host) => _hosts[host.Node] = host;

    public void Remove(NodeId node) => _ = _hosts.TryRemove(node, out _);

    public void Cut(NodeId node) => _cut[node] = true;

    public void Heal(NodeId node) => _ = _cut.TryRemove(node, out _);

    public IMessageCarrier Of(NodeId node) => new Carrier(this, node);

    /// <summary>Of so many parts of a snapshot one is lost, by chance; zero for none.</summary>
    public int LoseOnePartIn { get; set; }

    private readonly Random _chance = new(17);

    /// <summary>Parts of snapshots that were sent.</summary>
    public int Parts => Volatile.Read(ref _parts);

    private int _parts;

    private sealed class Carrier(LocalNetwork network, NodeId from) : IMessageCarrier
    {
        public void Send(NodeId to, ReadOnlySpan<byte> batch)
        {
            if (!network._cut.ContainsKey(from) && !network._cut.ContainsKey(to) && network._hosts.TryGetValue(to, out IConsensusHost? host))
            {
                host.Receive(from, batch);
            }
        }

        public void SendBulk(NodeId to, ReadOnlySpan<byte> part)
        {
            _ = Interlocked.Increment(ref network._parts);
            bool isLost;
            lock (network._chance)
            {
                isLost = network.LoseOnePartIn > 0 && network._chance.Next(network.LoseOnePartIn) == 0;
            }

            if (!isLost)
            {
                Send(to, part);
            }
        }
    }
}
