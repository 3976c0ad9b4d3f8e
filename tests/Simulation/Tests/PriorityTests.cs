using Scp.PathModel;
using Scp.Protocol.Session;
using Simulation.Experiments;
using Simulation.Harness;

namespace Simulation.Tests;

/// <summary>What is urgent leaves before what is not, however much of that waits.</summary>
public sealed class PriorityTests
{
    private const long LengthNs = 10 * SimTime.Second;

    [Test]
    public void The_more_urgent_leaves_first([Values(300, 3_000)] int bulkMessages, [Range(1, 5)] int seed)
    {
        PathProfile profile = PathProfile.ForRoundTrip("steady", 30 * SimTime.Ms);
        var checker = new PriorityChecker(profile.OneWayDelayNs);
        var sender = new MixedSender(checker, bulkMessages, new PathRandom((ulong)seed));
        Lab lab = new Lab(profile, new EndpointOptions(), sender, new CheckedReceiver(checker), (ulong)seed).Connected();
        sender.Begin(lab.NowNs);
        lab.RunFor(LengthNs);

        TestContext.Out.WriteLine($"seed {seed}: {checker.Arrived} messages, {checker.Overtaking} of which overtook others");
        Assert.That(checker.Overtaking, Is.GreaterThan(100), "hardly anything ever waited, so nothing was shown");
    }
}
