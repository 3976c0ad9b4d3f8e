using Scp.Protocol.Recovery;

namespace Scp.Protocol.Tests.Recovery;

[TestFixture]
internal sealed class RttEstimatorTests
{
    private const long Ms = 1_000_000;

    [Test]
    public void BeforeAnySampleTheProbeTimeoutIsThreeInitialRoundTrips()
    {
        var rtt = new RttEstimator();
        Assert.That(rtt.HasSample, Is.False);
        Assert.That(rtt.ProbeTimeoutNs, Is.EqualTo(3 * ScpLimits.InitialRttNs));
    }

    [Test]
    public void TheFirstSampleIsTakenAsItIs()
    {
        var rtt = new RttEstimator();
        rtt.Add(80 * Ms, 30 * Ms);
        Assert.That(rtt.SmoothedNs, Is.EqualTo(80 * Ms));
        Assert.That(rtt.VariationNs, Is.EqualTo(40 * Ms));
        Assert.That(rtt.MinNs, Is.EqualTo(80 * Ms));
    }

    /// <summary>RFC 9002, section 5.3, in floating point; integers may be off by a few nanoseconds for each sample.</summary>
    [Property(MaxTest = 300)]
    public void TheEstimatesAreThoseOfTheRfc(int seed)
    {
        var random = new Random(seed);
        var rtt = new RttEstimator();
        double smoothed = 0, variation = 0, min = double.MaxValue;
        for (int i = 0; i < 200; i++)
        {
            long sample = random.NextInt64(1, 200 * Ms);
            long delay = random.Next(2) == 0 ? 0 : random.NextInt64(0, 50 * Ms);
            rtt.Add(sample, delay);
            if (i == 0)
            {
                (smoothed, variation, min) = (sample, sample / 2.0, sample);
                continue;
            }

            min = Math.Min(min, sample);
            double adjusted = sample - delay >= min ? sample - delay : sample;
            variation = (0.75 * variation) + (0.25 * Math.Abs(smoothed - adjusted));
            smoothed = (0.875 * smoothed) + (0.125 * adjusted);
            Assert.That(rtt.SmoothedNs, Is.EqualTo(smoothed).Within(20), $"seed {seed}, sample {i}");
            Assert.That(rtt.VariationNs, Is.EqualTo(variation).Within(60), $"seed {seed}, sample {i}");
            Assert.That(rtt.MinNs, Is.EqualTo((long)min));
            Assert.That(rtt.LatestNs, Is.EqualTo(sample));
        }
    }

    /// <summary>However a peer states its delays, they cannot make the round trip less than the smallest that was seen.</summary>
    [Property(MaxTest = 300)]
    public bool AClaimedDelayNeverTakesTheAverageBelowTheMinimum(int seed)
    {
        var random = new Random(seed);
        var rtt = new RttEstimator();
        bool holds = true;
        for (int i = 0; i < 200; i++)
        {
            rtt.Add(random.NextInt64(10 * Ms, 100 * Ms), random.NextInt64(0, long.MaxValue / 4));
            holds &= rtt.SmoothedNs >= rtt.MinNs - 8;
        }

        return holds;
    }

    [Test]
    public void ASteadyRoundTripKeepsTheLeastAllowanceForVariation()
    {
        var rtt = new RttEstimator();
        for (int i = 0; i < 100; i++)
        {
            rtt.Add(40 * Ms, 0);
        }

        Assert.That(rtt.ProbeTimeoutNs, Is.EqualTo((40 * Ms) + RttEstimator.MinVariationNs));
    }

    [TestCase(0)]
    [TestCase(-5)]
    public void ASampleIsAtLeastANanosecond(long sampleNs)
    {
        var rtt = new RttEstimator();
        rtt.Add(sampleNs, 0);
        Assert.That(rtt.MinNs, Is.EqualTo(1));
    }
}
