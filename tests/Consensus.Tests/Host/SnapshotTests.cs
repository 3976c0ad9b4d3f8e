namespace Consensus.Tests.Host;

/// <summary>Members that lag behind what the log still holds.</summary>
[CancelAfter(60_000)]
public sealed class SnapshotTests
{
    [TestCase(0, 0)]
    [TestCase(20_000_000, 0)]
    [TestCase(20_000_000, 7)]
    public async Task A_member_that_was_away_gets_a_snapshot_and_what_came_after_it(int padding, int loseOnePartIn)
    {
        await using var cluster = new HostCluster(3);
        cluster.Network.LoseOnePartIn = loseOnePartIn;
        await cluster.StartAsync();
        _ = await cluster.SetAsync(0, 0);
        int away = (await cluster.LeaderAsync() + 1) % 3;
        cluster.Network.Cut(HostCluster.NodeAt(away));
        for (int i = 1; i < 100; i++)
        {
            _ = await cluster.SetAsync(i, i, 1, away);
        }

        foreach (int node in new[] { 0, 1, 2 }.Where(n => n != away))
        {
            await cluster.CatchUpAsync(node);
            await cluster.CompactAsync(node, padding: padding);
        }

        for (int i = 100; i < 120; i++)
        {
            _ = await cluster.SetAsync(i, i, 1, away);
        }

        cluster.Network.Heal(HostCluster.NodeAt(away));
        await cluster.CatchUpAsync(away);
        Assert.That(cluster.Machine(away).Applied, Is.EqualTo(Enumerable.Range(0, 120)));
        Assert.That(cluster.Shelf(away).Bytes.Length, Is.GreaterThan(padding), "by snapshot");
        int needed = (padding / (128 * 1024)) + 1;
        Assert.That(cluster.Network.Parts, Is.LessThan(loseOnePartIn == 0 ? 2 * needed : 3 * needed), "what has arrived is not sent from the start again");
    }

    [Test]
    public async Task After_a_snapshot_a_node_starts_from_it()
    {
        await using var cluster = new HostCluster(3);
        await cluster.StartAsync();
        for (int i = 0; i < 50; i++)
        {
            _ = await cluster.SetAsync(i, i);
        }

        for (int node = 0; node < 3; node++)
        {
            await cluster.CatchUpAsync(node);
            await cluster.CompactAsync(node);
        }

        _ = await cluster.SetAsync(50, 50);
        for (int node = 0; node < 3; node++)
        {
            await cluster.StopAsync(node);
        }

        for (int node = 0; node < 3; node++)
        {
            cluster.StartHost(node, create: false);
            await cluster.OpenAsync(node, 1, founding: null);
        }

        for (int node = 0; node < 3; node++)
        {
            await cluster.CatchUpAsync(node);
            Assert.That(cluster.Machine(node).Applied, Is.EqualTo(Enumerable.Range(0, 51)));
        }
    }

    /// <summary>The state machine is replaced before the log knows: a crash in between must not make the two strangers.</summary>
    [Test]
    public async Task A_machine_ahead_of_its_log_brings_the_log_along()
    {
        await using var cluster = new HostCluster(3);
        await cluster.StartAsync();
        for (int i = 0; i < 50; i++)
        {
            _ = await cluster.SetAsync(i, i);
        }

        int behind = (await cluster.LeaderAsync() + 1) % 3;
        int other = (behind + 1) % 3;
        await cluster.StopAsync(behind);
        for (int i = 50; i < 100; i++)
        {
            _ = await cluster.SetAsync(i, i, 1, behind);
        }

        await cluster.CatchUpAsync(other);
        await cluster.CompactAsync(other);
        cluster.Shelf(behind).Put(cluster.Shelf(other).Mark, cluster.Shelf(other).Bytes.ToArray());
        cluster.StartHost(behind, create: false);
        await cluster.OpenAsync(behind, 1, founding: null);
        await cluster.CatchUpAsync(behind);
        Assert.That(cluster.Machine(behind).Applied, Is.EqualTo(Enumerable.Range(0, 100)));
    }
}
