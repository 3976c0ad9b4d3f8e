using Scp.Protocol.Session;

namespace Scp.Protocol.Tests.Session;

[TestFixture]
internal sealed class EndpointOptionsTests
{
    private const long Ms = 1_000_000;
    private const long HourNs = 3_600_000 * Ms;

    [Test]
    public void TheDefaultsAreValid() => Assert.That(new EndpointOptions().Validate(), Is.Null);

    /// <summary>What is found valid here, a peer accepts: a hello that says so can be written.</summary>
    [TestCase(5 * Ms, 10 * Ms)]
    [TestCase((5 * Ms) + 900_000, (11 * Ms) + 800_000)]
    [TestCase(5 * Ms, HourNs)]
    [TestCase(HourNs / 2, HourNs)]
    public void ValidTimesMakeAHello(long beatNs, long idleNs)
    {
        var options = new EndpointOptions { BeatNs = beatNs, IdleTimeoutNs = idleNs };
        Assert.That(options.Validate(), Is.Null);
        var endpoint = new ScpEndpoint(options, new SeededEntropy(1));
        Assert.That(() => endpoint.OpenLane(endpoint.Connect("server", new PathId(1), 1), 1), Throws.Nothing);
    }

    [TestCase((5 * Ms) - 1, 1000 * Ms, Description = "too fast")]
    [TestCase(Ms, 1000 * Ms)]
    [TestCase(500 * Ms, 999 * Ms, Description = "one lost beat would end it")]
    [TestCase(500 * Ms, HourNs + Ms, Description = "too long")]
    [TestCase(long.MaxValue / 2, 1000 * Ms)]
    public void OtherTimesAreRefusedInASentence(long beatNs, long idleNs) =>
        Assert.That(new EndpointOptions { BeatNs = beatNs, IdleTimeoutNs = idleNs }.Validate(), Does.Contain("the beat must be at least 5 ms"));
}
