using Consensus.Core;
using Consensus.Host;
using Consensus.Log;

namespace Consensus.Tests.Host;

/// <summary>Hosts with real threads and real disks, joined in one process.</summary>
internal sealed class HostCluster(int nodes) : IAsyncDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), "consensus-" + Path.GetRandomFileName());
    private readonly Dictionary<int, ConsensusHost> _hosts = [];
    private readonly Dictionary<int, FileLogDisk> _disks = [];
    private readonly Dictionary<(int Node, ulong Group), KeyValueMachine> _machines = [];
    private readonly Dictionary<(int Node, ulong Group), IConsensusGroup> _groups = [];
    private readonly Dictionary<(int Node, ulong Group), SnapshotShelf> _shelves = [];

    public LocalNetwork Network { get; } = new();

    public RaftOptions Options { get; init; } = new();

    public int Workers { get; init; } = 1;

    public static ReplicaId ReplicaOn(int node) => new((ulong)(node + 1));

    public static NodeId NodeAt(int node) => new((ulong)(node + 1));

    public static Configuration MembersOn(params int[] nodes) =>
        Configuration.TryCreate([.. nodes.Select(n => new Member(ReplicaOn(n), NodeAt(n)))], [], out _)!;

    public IConsensusGroup Group(int node, ulong group = 1) => _groups[(node, group)];

    public KeyValueMachine Machine(int node, ulong group = 1) => _machines[(node, group)];

    public async Task StartAsync(int groups = 1)
    {
        for (int node = 0; node < nodes; node++)
        {
            StartHost(node, create: true);
            for (ulong group = 1; group <= (ulong)groups; group++)
            {
                await OpenAsync(node, group, MembersOn([.. Enumerable.Range(0, nodes)]));
            }
        }
    }

    public void StartHost(int node, bool create)
    {
        _disks[node] = FileLogDisk.OpenDirectory(Path.Combine(_directory, $"n{node}"));
        var log = NodeLog.Open(_disks[node], new LogOptions(), NodeAt(node), (UInt128)Random.Shared.NextInt64() + 1, create);
        _hosts[node] = ConsensusHost.Start(NodeAt(node), log, new HostOptions { Workers = Workers }, Network.Of(NodeAt(node)));
        Network.Add(_hosts[node]);
    }

    public async Task OpenAsync(int node, ulong group, Configuration? founding)
    {
        if (!_shelves.TryGetValue((node, group), out SnapshotShelf? shelf))
        {
            _shelves[(node, group)] = shelf = new SnapshotShelf();
        }

        var machine = new KeyValueMachine(shelf);
        _machines[(node, group)] = machine;
        _groups[(node, group)] = await _hosts[node].OpenAsync(new GroupSetup(new GroupId(group), ReplicaOn(node), founding) { Options = Options }, machine);
    }

    public async Task StopAsync(int node)
    {
        if (_hosts.Remove(node, out ConsensusHost? host))
        {
            Network.Remove(host.Node);
            await host.DisposeAsync();
            _disks[node].Dispose();
        }
    }

    public SnapshotShelf Shelf(int node, ulong group = 1) => _shelves[(node, group)];

    /// <summary>Has a node make a snapshot of what it holds, and begin its log after it.</summary>
    public async Task CompactAsync(int node, ulong group = 1, int padding = 0)
    {
        (long index, byte[] bytes) = Machine(node, group).Save(padding);
        SnapshotMark? mark = await Group(node, group).MakeMarkAsync(index);
        Assert.That(mark, Is.Not.Null);
        Shelf(node, group).Put(mark!.Value, bytes);
        Assert.That(await Group(node, group).CompactAsync(mark.Value));
    }

    /// <summary>Waits until a node holds what was acknowledged before.</summary>
    public async Task CatchUpAsync(int node, ulong group = 1)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await Group(node, group).ReadAsync()).Status != ReadStatus.Ready)
        {
            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>The node that leads a group and knows it; waits for one.</summary>
    public async Task<int> LeaderAsync(ulong group = 1, params int[] except)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            foreach (int node in _hosts.Keys.Except(except))
            {
                if (_groups.TryGetValue((node, group), out IConsensusGroup? handle) && handle.Status.Role == RaftRole.Leader)
                {
                    return node;
                }
            }

            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>Sets a number through whoever leads, again and again until it is applied.</summary>
    public async Task<ProposalResult> SetAsync(long key, long value, ulong group = 1, params int[] except)
    {
        while (true)
        {
            int leader = await LeaderAsync(group, except);
            ProposalResult result = await Group(leader, group).ProposeAsync(KeyValueMachine.Set(key, value));
            if (result.IsApplied)
            {
                return result;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (int node in _hosts.Keys.ToArray())
        {
            await StopAsync(node);
        }

        Directory.Delete(_directory, recursive: true);
    }
}
