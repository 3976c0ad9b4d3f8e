using Consensus;
using Scp.Transport.Tests.Nodes;

namespace Fabric.Node.Tests;

/// <summary>Hosts that speak through real transport nodes.</summary>
[CancelAfter(60_000)]
public sealed class ConsensusOverScpTests
{
    [Test]
    public async Task A_thousand_acknowledged_commands_are_on_every_node([Values] bool isPlain)
    {
        await using NodeCluster cluster = await NodeCluster.StartAsync(isPlain);
        long[] values = await cluster.SetAsync(0, 1000, atOnce: 32);
        foreach (TestNode node in cluster.Nodes)
        {
            await NodeCluster.CatchUpAsync(node);
            Assert.That(node.Machine.Applied.Distinct(), Is.EquivalentTo(values), node.Name);
            Assert.That(node.Machine.Applied, Is.EqualTo(cluster.Nodes[0].Machine.Applied).AsCollection, "the same order everywhere");
            CarrierFigures figures = node.Carrier.Figures;
            Assert.That((figures.Crowded, figures.TooLarge), Is.EqualTo((0L, 0L)), figures.ToString());
            Assert.That((figures.Sent, figures.Received), Is.GreaterThan((0L, 0L)));
        }
    }

    [Test]
    public async Task Batches_larger_than_a_datagram_arrive_too()
    {
        await using NodeCluster cluster = await NodeCluster.StartAsync();
        TestNode leader = await cluster.LeaderAsync();
        ProposalResult[] results = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(i => leader.Group.ProposeAsync(Consensus.Tests.Host.KeyValueMachine.Set(i, i, bytes: 100_000 * (1 + (i % 10)))).AsTask()));
        Assert.That(results.Select(result => result.Status), Is.All.EqualTo(ProposalStatus.Applied));
        foreach (TestNode node in cluster.Nodes)
        {
            await NodeCluster.CatchUpAsync(node);
            Assert.That(node.Machine.Applied, Has.Length.EqualTo(20));
        }
    }

    [Test]
    public async Task A_node_whose_transport_is_stopped_and_started_catches_up([Values(0, 1, 2)] int which, [Values] bool isPlain)
    {
        await using NodeCluster cluster = await NodeCluster.StartAsync(isPlain);
        await cluster.SetAsync(0, 100);
        TestNode lost = cluster.Nodes[which];
        TestNode[] others = [.. cluster.Nodes.Where(node => node != lost)];
        await lost.StopTransportAsync();
        await cluster.SetAsync(100, 200, others, atOnce: 8);
        Assert.That(lost.Machine.Applied.Max(), Is.LessThan(100));
        lost.StartTransport();
        await NodeCluster.CatchUpAsync(lost);
        Assert.That(lost.Machine.Applied.Distinct(), Is.EquivalentTo(Enumerable.Range(0, 300)));
    }

    [Test]
    public async Task A_node_that_is_another_process_now_catches_up([Values(0, 2)] int which)
    {
        await using NodeCluster cluster = await NodeCluster.StartAsync(isPlain: false);
        await cluster.SetAsync(0, 100);
        TestNode lost = cluster.Nodes[which];
        await lost.StopAsync();
        await cluster.SetAsync(100, 200, [.. cluster.Nodes.Where(node => node != lost)], atOnce: 8);
        lost.Start(isNew: false);
        await lost.OpenGroupAsync(founding: null);
        await NodeCluster.CatchUpAsync(lost);
        Assert.That(lost.Machine.Applied.Distinct(), Is.EquivalentTo(Enumerable.Range(0, 300)));
    }

    [Test]
    public async Task A_node_that_the_network_cuts_off_and_gives_back_catches_up()
    {
        // The last node is dialled by the two others, each through a box of its own.
        var boxes = new List<Middlebox>();
        await using NodeCluster cluster = await NodeCluster.StartAsync(isPlain: false, (all, node) =>
        {
            boxes.Add(new Middlebox(all.Nodes[2].EndPoint));
            return new NodeDirectory([NodeCluster.AddressOf(all.Nodes[0]), NodeCluster.AddressOf(all.Nodes[1]), NodeCluster.AddressOf(all.Nodes[2], boxes[^1].EndPoint)]);
        });
        try
        {
            await cluster.SetAsync(0, 100);
            await NodeCluster.CatchUpAsync(cluster.Nodes[2]);
            foreach (Middlebox box in boxes)
            {
                box.BlocksDatagrams = true;
                box.RefusesConnections = true;
                box.CutLanes();
            }

            await cluster.SetAsync(100, 200, cluster.Nodes[..2], atOnce: 8);
            foreach (Middlebox box in boxes)
            {
                box.BlocksDatagrams = false;
                box.RefusesConnections = false;
            }

            await NodeCluster.CatchUpAsync(cluster.Nodes[2]);
            Assert.That(cluster.Nodes[2].Machine.Applied.Distinct(), Is.EquivalentTo(Enumerable.Range(0, 300)));
        }
        finally
        {
            foreach (Middlebox box in boxes)
            {
                await box.DisposeAsync();
            }
        }
    }
}
