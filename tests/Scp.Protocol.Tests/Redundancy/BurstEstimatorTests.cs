using Scp.Protocol.Redundancy;

namespace Scp.Protocol.Tests.Redundancy;

[TestFixture]
public sealed class BurstEstimatorTests
{
    private const long Ms = 1_000_000;

    [TestCase(0.01, 200)]
    [TestCase(0.03, 200)]
    [TestCase(0.01, 20)]
    public void Losses_that_come_one_by_one_are_no_bursts(double loss, int perSecond)
    {
        const int Seed = 3;
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var estimator = new BurstEstimator();
        int wrong = 0;
        for (int i = 0; i < 100_000; i++)
        {
            estimator.OnOutcome(i * (1_000 * Ms / perSecond), random.NextDouble() < loss);
            wrong += estimator.BurstNs > 0 ? 1 : 0;
        }

        TestContext.Out.WriteLine($"a burst was believed in {wrong / 1000.0}% of the time");
        Assert.That(wrong, Is.LessThan(8_000));
    }

    /// <summary>A session that has just begun sees two losses in a row soon, and makes nothing of them.</summary>
    [Test]
    public void The_first_losses_in_a_row_are_chance()
    {
        const int Seed = 8;
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        int deceived = 0;
        for (int session = 0; session < 1_000; session++)
        {
            var estimator = new BurstEstimator();
            bool isBelieved = false;
            for (int i = 0; i < 2_000; i++)
            {
                estimator.OnOutcome(i * 5 * Ms, random.NextDouble() < 0.03);
                isBelieved |= estimator.BurstNs > 0;
            }

            deceived += isBelieved ? 1 : 0;
        }

        TestContext.Out.WriteLine($"{deceived} of 1000 sessions believed in a burst in their first ten seconds");
        Assert.That(deceived, Is.LessThan(80));
    }

    [TestCase(200, 20)]
    [TestCase(1_000, 20)]
    [TestCase(200, 60)]
    [TestCase(50, 100)]
    public void Outages_are_measured(int perSecond, int outageMs)
    {
        const int Seed = 4;
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var estimator = new BurstEstimator();
        Feed(estimator, random, perSecond, outageMs * Ms, seconds: 300);
        TestContext.Out.WriteLine($"{outageMs} ms outages at {perSecond}/s: {estimator.BurstNs / 1e6:F1} ms");
        double spacingMs = 1_000.0 / perSecond;
        Assert.That(estimator.BurstNs / 1e6, Is.InRange(outageMs - spacingMs, outageMs + spacingMs));
    }

    [Test]
    public void A_few_outages_are_enough()
    {
        var estimator = new BurstEstimator();
        for (int i = 0; i < 2_000; i++)
        {
            estimator.OnOutcome(i * 5 * Ms, i % 400 < 4);
        }

        Assert.That(estimator.BurstNs, Is.EqualTo(20 * Ms));
    }

    /// <summary>Outages that now fall between two packets neither confirm nor deny the estimate: it fades slowly.</summary>
    [Test]
    public void On_a_stream_grown_thin_the_estimate_fades_slowly()
    {
        var estimator = new BurstEstimator();
        Feed(estimator, new Random(5), 200, 20 * Ms, seconds: 100);
        long before = estimator.BurstNs;
        for (int i = 0; i < 64 * 100; i++)
        {
            estimator.OnOutcome((100_000 * Ms) + (i * 50 * Ms), i % 100 == 1);
        }

        Assert.That(estimator.BurstNs, Is.InRange(before * 7 / 10, before - 1));
    }

    [Test]
    public void When_packets_prove_that_losses_are_single_the_estimate_goes()
    {
        var estimator = new BurstEstimator();
        Feed(estimator, new Random(6), 200, 20 * Ms, seconds: 100);
        for (int i = 0; i < 64 * 100; i++)
        {
            estimator.OnOutcome((100_000 * Ms) + (i * 5 * Ms), i % 100 == 1);
        }

        Assert.That(estimator.BurstNs, Is.Zero);
    }

    [Test]
    public void Nothing_is_believed_beyond_half_a_second()
    {
        var estimator = new BurstEstimator();
        for (int i = 0; i < 6_000; i++)
        {
            estimator.OnOutcome(i * 10 * Ms, i % 1_000 < 200);
        }

        Assert.That(estimator.BurstNs, Is.EqualTo(RedundancyLimits.MaxBurstNs));
        estimator.Reset();
        for (int i = 0; i < 100; i++)
        {
            estimator.OnOutcome(i * 2_000 * Ms, i % 10 < 2);
        }

        Assert.That(estimator.BurstNs, Is.Zero, "two losses two seconds apart are two losses");
    }

    private static void Feed(BurstEstimator estimator, Random random, int perSecond, long outageNs, int seconds)
    {
        long spacingNs = 1_000 * Ms / perSecond;
        long outageAtNs = 0;
        for (long nowNs = 0; nowNs < seconds * 1_000 * Ms; nowNs += spacingNs)
        {
            if (nowNs >= outageAtNs + outageNs)
            {
                outageAtNs = nowNs + random.NextInt64(1_000 * Ms, 3_000 * Ms);
            }

            estimator.OnOutcome(nowNs, nowNs >= outageAtNs);
        }
    }
}
