using System.Diagnostics;
using Consensus.Core;

namespace Consensus.Tests.Host;

/// <summary>Hosts as a process has them: threads, disks, and several groups on one log.</summary>
[CancelAfter(60_000)]
public sealed class ConsensusHostTests
{
    [Test]
    public async Task What_is_acknowledged_is_on_every_node()
    {
        await using var cluster = new HostCluster(3) { Workers = 2 };
        await cluster.StartAsync(groups: 4);
        for (ulong group = 1; group <= 4; group++)
        {
            int leader = await cluster.LeaderAsync(group);
            ProposalResult[] results = await Task.WhenAll(Enumerable.Range(0, 200)
                .Select(i => cluster.Group(leader, group).ProposeAsync(KeyValueMachine.Set(i, i * 7)).AsTask()));
            Assert.That(results.All(r => r.IsApplied), Is.True);
            Assert.That(results.Select(r => BitConverter.ToInt64(r.Answer.Span)), Is.EqualTo(Enumerable.Range(0, 200)));
            for (int node = 0; node < 3; node++)
            {
                ReadTicket ticket = await cluster.Group(node, group).ReadAsync();
                Assert.That(ticket.Status, Is.EqualTo(ReadStatus.Ready));
                Assert.That(cluster.Machine(node, group).Get(199), Is.EqualTo(199 * 7));
            }
        }
    }

    [Test]
    public async Task It_is_still_there_when_all_have_been_restarted()
    {
        await using var cluster = new HostCluster(3);
        await cluster.StartAsync();
        for (int i = 0; i < 100; i++)
        {
            _ = await cluster.SetAsync(i, i);
        }

        for (int node = 0; node < 3; node++)
        {
            await cluster.StopAsync(node);
        }

        for (int node = 0; node < 3; node++)
        {
            cluster.StartHost(node, create: false);
            await cluster.OpenAsync(node, 1, founding: null);
        }

        _ = await cluster.SetAsync(100, 100);
        int leader = await cluster.LeaderAsync();
        Assert.That(cluster.Machine(leader).Applied, Is.EqualTo(Enumerable.Range(0, 101)));
    }

    [Test]
    public async Task Two_of_three_go_on_and_the_third_catches_up()
    {
        await using var cluster = new HostCluster(3);
        await cluster.StartAsync();
        _ = await cluster.SetAsync(0, 0);
        int lost = await cluster.LeaderAsync();
        cluster.Network.Cut(HostCluster.NodeAt(lost));
        for (int i = 1; i < 50; i++)
        {
            _ = await cluster.SetAsync(i, i, 1, lost);
        }

        cluster.Network.Heal(HostCluster.NodeAt(lost));
        ReadTicket ticket;
        do
        {
            ticket = await cluster.Group(lost).ReadAsync();
        }
        while (ticket.Status != ReadStatus.Ready);
        Assert.That(cluster.Machine(lost).Applied, Is.EqualTo(Enumerable.Range(0, 50)));
    }

    [Test]
    public async Task A_node_joins_and_another_leaves()
    {
        await using var cluster = new HostCluster(3);
        await cluster.StartAsync();
        _ = await cluster.SetAsync(0, 0);
        cluster.StartHost(3, create: true);
        await cluster.OpenAsync(3, 1, Configuration.Empty);
        int leader = await cluster.LeaderAsync();
        int leaving = (leader + 1) % 3;
        int[] staying = [.. new[] { 0, 1, 2, 3 }.Where(n => n != leaving)];
        ProposalResult change = await cluster.Group(leader).ChangeMembersAsync(HostCluster.MembersOn(staying));
        Assert.That(change.Status, Is.EqualTo(ProposalStatus.Applied));
        await cluster.StopAsync(leaving);
        _ = await cluster.SetAsync(1, 1, 1, leaving);
        ReadTicket ticket = await cluster.Group(3).ReadAsync();
        Assert.That(ticket.Status, Is.EqualTo(ReadStatus.Ready));
        Assert.That(cluster.Machine(3).Applied, Is.EqualTo(new long[] { 0, 1 }));
    }

    [Test]
    public async Task A_group_is_refused_when_its_log_is_gone()
    {
        await using var cluster = new HostCluster(1);
        await cluster.StartAsync();
        Assert.That(
            async () => await cluster.OpenAsync(0, 7, founding: null),
            Throws.TypeOf<ConsensusException>().With.Message.Contains("under another id"));
    }

    [Test]
    public async Task Whoever_waits_is_told_when_the_host_stops()
    {
        await using var cluster = new HostCluster(3);
        await cluster.StartAsync();
        int leader = await cluster.LeaderAsync();
        IConsensusGroup group = cluster.Group(leader);
        for (int node = 0; node < 3; node++)
        {
            cluster.Network.Cut(HostCluster.NodeAt(node));
        }

        long before = group.Status.LastIndex;
        Task<ProposalResult> waiting = group.ProposeAsync(KeyValueMachine.Set(1, 1)).AsTask();
        while (group.Status.LastIndex == before)
        {
            await Task.Yield();
        }

        await cluster.StopAsync(leader);
        Assert.That((await waiting).Status, Is.EqualTo(ProposalStatus.Unknown));
        Assert.That((await group.ProposeAsync(KeyValueMachine.Set(1, 1))).Status, Is.EqualTo(ProposalStatus.Closed));
        Assert.That((await group.ReadAsync()).Status, Is.EqualTo(ReadStatus.Closed));
    }

    [TestCase(1, 1)]
    [TestCase(64, 1)]
    [TestCase(256, 16)]
    [Explicit("A measurement.")]
    public async Task Commands_a_second(int clients, int groups)
    {
        await using var cluster = new HostCluster(3);
        await cluster.StartAsync(groups);
        var latencies = new List<double>();
        byte[] command = KeyValueMachine.Set(1, 1, 256);
        int[] leaders = new int[groups + 1];
        for (int g = 1; g <= groups; g++)
        {
            leaders[g] = await cluster.LeaderAsync((ulong)g);
        }

        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(c => Task.Run(async () =>
        {
            int g = 1 + (c % groups);
            while (clock.ElapsedMilliseconds < 4000)
            {
                long began = Stopwatch.GetTimestamp();
                ProposalResult result = await cluster.Group(leaders[g], (ulong)g).ProposeAsync(command);
                double ms = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                Assert.That(result.Status, Is.EqualTo(ProposalStatus.Applied));
                lock (latencies)
                {
                    latencies.Add(ms);
                }
            }
        })));
        latencies.Sort();
        TestContext.Out.WriteLine($"{clients} clients, {groups} groups: {latencies.Count / 4.0:n0}/s, p50 {latencies[latencies.Count / 2]:f2} ms, p99 {latencies[latencies.Count * 99 / 100]:f2} ms");
    }
}
