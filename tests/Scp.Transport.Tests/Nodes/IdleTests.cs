using System.Diagnostics;
using Scp.Transport.Lanes;

namespace Scp.Transport.Tests.Nodes;

/// <summary>What sessions cost that have nothing to say.</summary>
public sealed class IdleTests
{
    [Test]
    [Explicit("A measurement of a minute.")]
    [CancelAfter(180_000)]
    public async Task A_thousand_idle_sessions_cost_next_to_nothing()
    {
        const int Sessions = 1000;
        var limits = new HandshakeLimits(ASecond: 1e6, Burst: 1e6, ASecondPerSource: 1e6, BurstPerSource: 1e6, MaxSources: 16);
        await using ScpNode server = ScpNode.Start(NodePair.ServerOptions(new ScpHandlers()) with { Handshakes = limits });
        await using ScpNode client = ScpNode.Start(NodePair.ClientOptions());
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Sessions),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (_, cancellation) => await client.ConnectAsync("server", server.LocalEndPoint, cancellation));
        Assert.That(server.Peers.Count(), Is.EqualTo(Sessions));
        await Task.Delay(10_000);
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        long bytes = GC.GetTotalAllocatedBytes();
        long started = Stopwatch.GetTimestamp();
        await Task.Delay(40_000);
        self.Refresh();
        double share = (self.TotalProcessorTime - before) / Stopwatch.GetElapsedTime(started);
        TestContext.Out.WriteLine($"{share:p2} of a core for both ends of {Sessions} sessions, {(GC.GetTotalAllocatedBytes() - bytes) / 40 >> 10} KiB/s allocated, {GC.GetTotalMemory(true) >> 20} MiB held");
        Assert.That(share / 2, Is.LessThan(0.02), "of a core for either end");
    }
}
