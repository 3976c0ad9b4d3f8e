using System.Globalization;
using Simulation.Harness;
using Simulation.Protocol;

namespace Simulation.Tests;

/// <summary>A few seeds of the protocol simulator with every build; its own command runs thousands.</summary>
public sealed class SimulationTests
{
    private const int Seeds = 40;

    private static IEnumerable<ulong> RegressionSeeds => File.ReadLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "regression-seeds.txt"))
        .Select(line => line.Split('#')[0].Trim())
        .Where(line => line.Length > 0)
        .Select(line => ulong.Parse(line, CultureInfo.InvariantCulture));

    [Test]
    public void Everything_holds_under_faults([Range(1, Seeds)] int seed) => Require((ulong)seed);

    [TestCaseSource(nameof(RegressionSeeds))]
    public void Seeds_that_once_failed_pass(ulong seed) => Require(seed);

    [Test]
    public void The_same_seed_does_the_same([Values(7, 77, 777)] int seed)
    {
        SeedResult first = World.RunSeed((ulong)seed);
        SeedResult second = World.RunSeed((ulong)seed);

        Assert.That(second.TraceHash, Is.EqualTo(first.TraceHash), $"seed {seed}");
        Assert.That(second.SimulatedNs, Is.EqualTo(first.SimulatedNs), $"seed {seed}");
    }

    [Test]
    public void A_trace_changes_nothing()
    {
        using var log = new StringWriter();
        SeedResult traced = World.RunSeed(5, log);

        Assert.That(traced.TraceHash, Is.EqualTo(World.RunSeed(5).TraceHash));
        Assert.That(log.ToString(), Does.Contain("datagram #1 "));
    }

    private static void Require(ulong seed)
    {
        SeedResult result = World.RunSeed(seed);
        Assert.That(result.Failure, Is.Null, $"seed {seed}: dotnet run --project tests/Simulation -c Release -- scp --seed {seed} --trace");
    }
}
