using Scp.PathModel;
using Simulation.Experiments;

namespace Simulation.Tests;

/// <summary>Small requests over lossy paths stay close to one round trip, within the budget for redundancy.</summary>
public sealed class LatencyTests
{
    private const ulong FirstSeed = 1;
    private const int Runs = 3;

    [Test]
    public void Targets_are_met_between_continents([Values] bool isUrgent) => Require(PathProfiles.Intercontinental, isUrgent);

    [Test]
    public void Targets_are_met_on_a_bad_path([Values] bool isUrgent) => Require(PathProfiles.Bad, isUrgent);

    private static void Require(PathProfile profile, bool isUrgent)
    {
        var traffic = new LatencyTraffic { IsUrgent = isUrgent };
        LatencySummary control = LatencySummary.OfControl(profile, traffic, FirstSeed, Runs);
        LatencySummary session = LatencySummary.OfSessions(profile, traffic, FirstSeed, Runs);

        TestContext.Out.WriteLine($"{profile.Name}, seeds {FirstSeed} to {FirstSeed + Runs - 1}: {session}; control {control}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(session.P99Ms, Is.AtMost(LatencyTargets.P99Ms(profile, control)!.Value), "p99");
            Assert.That(session.P999Ms, Is.AtMost(LatencyTargets.P999Ms(profile, control, isUrgent)), "p99.9");
            Assert.That(LatencyTargets.IsWithinBudget(session), "the redundancy is over its budget");
        }
    }
}
