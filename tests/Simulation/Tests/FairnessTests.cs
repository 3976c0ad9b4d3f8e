using Simulation.Experiments;
using Simulation.Harness;

namespace Simulation.Tests;

/// <summary>The datagram lane, saturated, and a loss-halving flow leave each other room on a link of 20 Mbit/s.</summary>
public sealed class FairnessTests
{
    [Test]
    public void Neither_starves_the_other([Values(40, 80)] int roundTripMs, [Values] bool rivalIsFirst, [Values(1, 2)] int seed)
    {
        FairnessResult result = FairnessExperiment.Run(roundTripMs * SimTime.Ms, 50 * SimTime.Ms, 60 * SimTime.Second, rivalIsFirst, (ulong)seed);

        TestContext.Out.WriteLine($"seed {seed}: {result.Ours:P0} to the datagram lane, {result.Rival:P0} to the rival");
        Assert.That(Math.Min(result.Ours, result.Rival), Is.AtLeast(FairnessExperiment.MinShare));
    }
}
