using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Consensus;
using Fabric.Node;
using LoadGen.Cli;
using LoadGen.Measuring;
using LoadGen.Raft;

namespace LoadGen.Tests;

[CancelAfter(60_000)]
public sealed class RaftTests
{
    [Test]
    public void Nodes_are_numbers_and_addresses()
    {
        NodeDirectory nodes = Take("2=127.0.0.1:7502,1=127.0.0.1:7501");
        Assert.That(nodes.All.Select(node => (node.Node.Value, node.Name, node.EndPoints[0].ToString())), Is.EqualTo(new[]
        {
            (1UL, "node-1", "127.0.0.1:7501"),
            (2UL, "node-2", "127.0.0.1:7502"),
        }));
    }

    [TestCase("127.0.0.1:7501")]
    [TestCase("0=127.0.0.1:7501")]
    [TestCase("1=127.0.0.1")]
    [TestCase("1=127.0.0.1:7501,1=127.0.0.1:7502")]
    public void A_slip_in_them_is_said(string text) => Assert.That(() => Take(text), Throws.InstanceOf<UsageException>());

    [Test]
    public void A_request_is_a_group_a_key_and_a_value()
    {
        byte[] request = RaftFormat.CreateRequest(7, 256);
        RaftFormat.SetKey(request, 9_999);
        Assert.That(RaftFormat.TryReadRequest(request, out ulong group, out ReadOnlySpan<byte> command), Is.True);
        Assert.That((group, BinaryPrimitives.ReadInt64LittleEndian(command), command.Length), Is.EqualTo((7UL, 9_999L, 8 + 256)));
        Assert.That(RaftFormat.TryReadRequest(request.AsSpan(0, 15), out _, out _), Is.False);
    }

    [Test]
    public void An_answer_is_read_as_written_and_anything_else_is_unknown()
    {
        byte[] answer = new byte[RaftFormat.AnswerBytes];
        RaftFormat.WriteAnswer(answer, ProposalStatus.NotLeader, 3);
        Assert.That(RaftFormat.ReadAnswer(answer), Is.EqualTo((ProposalStatus.NotLeader, 3UL)));
        Assert.That(RaftFormat.ReadAnswer(default), Is.EqualTo((ProposalStatus.Unknown, 0UL)));
    }

    [Test]
    public async Task Clients_find_the_leaders_and_go_on_without_one_of_three_nodes()
    {
        string directory = Directory.CreateTempSubdirectory("loadgen-raft-").FullName;
        NodeDirectory nodes = Take(RaftNodes.ToText(Enumerable.Range(0, 3).Select(_ => FreePort())));
        var servers = new List<RaftServer>();
        try
        {
            foreach (NodeAddress node in nodes.All)
            {
                servers.Add(await RaftServer.StartAsync(new RaftServerOptions(node.Node, nodes, Path.Combine(directory, node.Name), Groups: 4), TestContext.Progress.WriteLine));
            }

            await using var client = new RaftClient(nodes, groups: 4, keys: null, TimeSpan.FromMilliseconds(200));
            var load = new RaftLoad(client, groups: 4, concurrency: 16, valueBytes: 100);
            LoadResult result = await load.RunAsync(warmUpSeconds: 0.1, seconds: 0.5);
            Assert.That((result.Errors, result.OpsPerSecond > 0), Is.EqualTo((0L, true)), result.FirstFailure);

            int leader = (int)client.LeaderOf(1).Value - 1;
            await servers[leader].DisposeAsync();
            servers.RemoveAt(leader);
            result = await load.RunAsync(warmUpSeconds: 0.1, seconds: 0.5);
            Assert.That((result.Errors, result.OpsPerSecond > 0), Is.EqualTo((0L, true)), result.FirstFailure);
            Assert.That(client.LeaderOf(1).Value, Is.Not.EqualTo((ulong)leader + 1));
        }
        finally
        {
            foreach (RaftServer server in servers)
            {
                await server.DisposeAsync();
            }

            Directory.Delete(directory, recursive: true);
        }
    }

    private static NodeDirectory Take(string text) => RaftNodes.Take(new Arguments(["--nodes", text]));

    private static IPEndPoint FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}
