using System.Collections.Concurrent;
using System.Diagnostics;

namespace Consensus.Tests.Core.Cluster;

/// <summary>
/// Thousands of short lives of small clusters, each from a seed. `RAFT_SEED` runs one, `RAFT_SEEDS` sets how many.
/// </summary>
[TestFixture]
public sealed class ClusterTests
{
    private const int DefaultSeeds = 3000;

    [Test]
    public void Whatever_happens_to_a_cluster_it_stays_safe_and_gets_well()
    {
        var (first, count) = Seeds();
        var totals = new long[4];
        var watch = Stopwatch.StartNew();
        var failures = new ConcurrentQueue<string>();
        Parallel.For(0, count, (at, loop) =>
        {
            ulong seed = first + (ulong)at;
            var cluster = new SimCluster(seed);
            try
            {
                cluster.Run();
            }
            catch (Exception violation)
            {
                failures.Enqueue($"seed: {seed}: {violation.Message}{(violation is SafetyViolationException ? "" : violation.StackTrace)}");
                loop.Stop();
            }

            Interlocked.Add(ref totals[0], cluster.Workload.Acknowledged);
            Interlocked.Add(ref totals[1], cluster.Workload.LeaseReads);
            Interlocked.Add(ref totals[2], cluster.Workload.IndexReads);
            Interlocked.Add(ref totals[3], cluster.Workload.Unknown);
        });
        Assert.That(failures, Is.Empty);
        TestContext.Out.WriteLine($"seeds {first} to {first + (ulong)count - 1} in {watch.Elapsed.TotalSeconds:0.0} s: {totals[0]} acknowledged, {totals[3]} unknown, {totals[1]} lease reads, {totals[2]} index reads");
        Assert.That(count == 1 || totals.All(t => t > 0), "a simulation in which nothing happens shows nothing");
    }

    private static (ulong First, int Count) Seeds()
    {
        if (Environment.GetEnvironmentVariable("RAFT_SEED") is { } one)
        {
            return (ulong.Parse(one), 1);
        }

        return (1, int.TryParse(Environment.GetEnvironmentVariable("RAFT_SEEDS"), out int count) ? count : DefaultSeeds);
    }
}
