using System.Net;
using Consensus;
using Consensus.Core;
using Consensus.Tests.Host;
using Scp.Transport.Identity;

namespace Fabric.Node.Tests;

/// <summary>Three nodes on loopback with one group, and their logs in a directory of its own.</summary>
internal sealed class NodeCluster : IAsyncDisposable
{
    public const int Count = 3;

    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("fabric-node-").FullName;

    private NodeCluster(bool isPlain)
    {
        Nodes = [.. Enumerable.Range(1, Count).Select(i => new TestNode(new NodeId((ulong)i), isPlain ? null : IdentityOf($"node-{i}"), _directory))];
        foreach (TestNode node in Nodes)
        {
            node.Start(isNew: true);
        }
    }

    public static ClusterAuthority Authority { get; } = ClusterAuthority.Create("test", TimeSpan.FromDays(2), DateTimeOffset.UtcNow);

    public TestNode[] Nodes { get; }

    public NodeDirectory Directory => new(Nodes.Select(node => AddressOf(node)));

    public static IdentityStore IdentityOf(string name) => new(Authority.IssueNode(name, TimeSpan.FromDays(1), DateTimeOffset.UtcNow));

    public static NodeAddress AddressOf(TestNode node, IPEndPoint? at = null) => new(node.Id, node.Name, [at ?? node.EndPoint]);

    /// <param name="directoryOf">What a node knows of the others, where that is not simply where they listen.</param>
    public static async Task<NodeCluster> StartAsync(bool isPlain = true, Func<NodeCluster, TestNode, NodeDirectory>? directoryOf = null)
    {
        var cluster = new NodeCluster(isPlain);
        try
        {
            foreach (TestNode node in cluster.Nodes)
            {
                node.Know(directoryOf?.Invoke(cluster, node) ?? cluster.Directory);
                await node.OpenGroupAsync(Founding());
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sets as many numbers, at most so many at a time, through whoever leads among these nodes; returns what was acknowledged, in its order.</summary>
    public async Task<long[]> SetAsync(long from, int count, IReadOnlyCollection<TestNode>? through = null, int atOnce = 1)
    {
        long next = from - 1;
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var value && value < from + count)
            {
                while (!(await (await LeaderAsync(through)).Group.ProposeAsync(KeyValueMachine.Set(value, value, bytes: 256))).IsApplied)
                {
                    await Task.Yield();
                }
            }
        }));
        return [.. Enumerable.Range((int)from, count).Select(value => (long)value)];
    }

    public async Task<TestNode> LeaderAsync(IReadOnlyCollection<TestNode>? among = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if ((among ?? Nodes).FirstOrDefault(node => node.Group.Status.Role == RaftRole.Leader) is { } leader)
            {
                return leader;
            }

            await Task.Delay(5, patience.Token);
        }
    }

    /// <summary>Waits until a node holds all that was acknowledged.</summary>
    public static async Task CatchUpAsync(TestNode node)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await node.Group.ReadAsync().AsTask().WaitAsync(patience.Token)).Status != ReadStatus.Ready)
        {
            await Task.Delay(5, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestNode node in Nodes)
        {
            await node.DisposeAsync();
        }

        System.IO.Directory.Delete(_directory, recursive: true);
    }

    private static Configuration Founding() =>
        Configuration.TryCreate([.. Enumerable.Range(1, Count).Select(i => new Member(new ReplicaId((ulong)i), new NodeId((ulong)i)))], [], out _)!;
}
