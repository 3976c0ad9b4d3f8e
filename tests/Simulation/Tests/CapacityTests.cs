using Scp.PathModel;
using Simulation.Experiments;
using Simulation.Harness;

namespace Simulation.Tests;

/// <summary>The datagram lane fills a path that it has for itself, for as long as it is asked to.</summary>
public sealed class CapacityTests
{
    private const long LengthNs = 10 * SimTime.Second;

    [TestCase("lan", 0.6)]
    [TestCase("continental", 0.75)]
    [TestCase("intercontinental", 0.75)]
    [TestCase("bad", 0.3)]
    [TestCase("burst", 0.75)]
    public void Most_of_a_path_is_used(string name, double share)
    {
        _ = PathProfiles.TryGet(name, out PathProfile? profile);
        double bitsPerSecond = CapacityExperiment.Run(profile!, LengthNs, seed: 1);

        TestContext.Out.WriteLine($"{name}: {bitsPerSecond / 1e6:0} Mbit/s of {profile!.RateBitsPerSecond / 1e6:0}");
        Assert.That(bitsPerSecond, Is.GreaterThan(share * profile.RateBitsPerSecond));
    }
}
