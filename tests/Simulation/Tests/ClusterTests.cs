using System.Globalization;
using Simulation.Cluster;
using Simulation.Harness;

namespace Simulation.Tests;

/// <summary>A few seeds of the cluster simulator with every build; its own command runs thousands.</summary>
public sealed class ClusterTests
{
    private const int Seeds = 12;

    private static IEnumerable<ulong> RegressionSeeds => File.ReadLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "regression-seeds-cluster.txt"))
        .Select(line => line.Split('#')[0].Trim())
        .Where(line => line.Length > 0)
        .Select(line => ulong.Parse(line, CultureInfo.InvariantCulture));

    [Test]
    public void Everything_holds_under_faults([Range(1, Seeds)] int seed) => Require((ulong)seed);

    [TestCaseSource(nameof(RegressionSeeds))]
    public void Seeds_that_once_failed_pass(ulong seed) => Require(seed);

    [Test]
    public void The_same_seed_does_the_same([Values(7, 77)] int seed)
    {
        SeedResult first = ClusterWorld.RunSeed((ulong)seed);
        SeedResult second = ClusterWorld.RunSeed((ulong)seed);

        Assert.That(second.TraceHash, Is.EqualTo(first.TraceHash), $"seed {seed}");
        Assert.That(second.SimulatedNs, Is.EqualTo(first.SimulatedNs), $"seed {seed}");
    }

    [Test]
    public void A_trace_changes_nothing()
    {
        using var log = new StringWriter();
        SeedResult traced = ClusterWorld.RunSeed(5, log);

        Assert.That(traced.TraceHash, Is.EqualTo(ClusterWorld.RunSeed(5).TraceHash));
        Assert.That(log.ToString(), Does.Contain(" is led by "));
    }

    private static void Require(ulong seed)
    {
        SeedResult result = ClusterWorld.RunSeed(seed);
        Assert.That(result.Failure, Is.Null, $"seed {seed}: dotnet run --project tests/Simulation -c Release -- cluster --seed {seed} --trace");
    }
}
