using Scp.Protocol.Redundancy;

namespace Scp.Protocol.Tests.Redundancy;

[TestFixture]
public sealed class LossEstimatorTests
{
    [Test]
    public void It_starts_as_if_half_a_percent_were_lost()
    {
        var estimator = new LossEstimator();
        Assert.That(estimator.Estimate.Ppm, Is.EqualTo(5_000).Within(10));
        Assert.That(estimator.Estimate.LowerPpm, Is.LessThan(5_000));
        Assert.That(estimator.Estimate.UpperPpm, Is.GreaterThan(5_000));
        Assert.That(estimator.IsOff, Is.False);
    }

    [Test]
    public void A_path_without_loss_is_left_alone_after_enough_outcomes()
    {
        var estimator = new LossEstimator();
        int outcomes = 0;
        while (!estimator.IsOff && outcomes < 100_000)
        {
            estimator.OnAcked();
            outcomes++;
        }

        TestContext.Out.WriteLine($"off after {outcomes} outcomes without a loss");
        Assert.That(outcomes, Is.InRange(14_000, 25_000));
        Assert.That(estimator.LongEstimate.UpperPpm, Is.LessThan(500));
    }

    /// <summary>200 runs of 200,000 outcomes (17 minutes at 200/s each) at exactly 0.1%: never off, not even once.</summary>
    [Test]
    public void A_path_that_loses_a_thousandth_stays_on()
    {
        const int Seed = 20_251;
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        int lowestUpper = int.MaxValue;
        for (int run = 0; run < 200; run++)
        {
            var estimator = new LossEstimator();
            for (int i = 0; i < 200_000; i++)
            {
                Feed(estimator, random.NextDouble() < 0.001);
                if (estimator.IsOff)
                {
                    Assert.Fail($"off in run {run} after {i} outcomes");
                }
            }

            lowestUpper = Math.Min(lowestUpper, estimator.LongEstimate.UpperPpm);
        }

        TestContext.Out.WriteLine($"lowest upper bound at the end of a run: {lowestUpper} ppm");
    }

    [Test]
    public void Rare_losses_do_not_bring_it_back_but_two_close_ones_do_for_long()
    {
        LossEstimator estimator = SwitchedOff();
        for (int loss = 0; loss < 5; loss++)
        {
            estimator.OnLost();
            Assert.That(estimator.IsOff, Is.True, "a loss in ten thousand");
            Repeat(10_000, estimator.OnAcked);
        }

        estimator.OnLost();
        Repeat(1_000, estimator.OnAcked);
        estimator.OnLost();
        Assert.That(estimator.IsOff, Is.False);
        Repeat(14_000, estimator.OnAcked);
        Assert.That(estimator.IsOff, Is.False, "the next switch takes as long as the first");
    }

    [Test]
    public void A_refuted_loss_counts_for_nothing()
    {
        LossEstimator estimator = SwitchedOff();
        for (int i = 0; i < 100; i++)
        {
            estimator.OnLost();
            estimator.OnLossRefuted();
        }

        Assert.That(estimator.IsOff, Is.True);
        Assert.That(estimator.Estimate.Ppm, Is.LessThan(100));
    }

    [TestCase(0.001)]
    [TestCase(0.01)]
    [TestCase(0.03)]
    [TestCase(0.2)]
    public void The_bounds_hold_the_truth_at_least_95_times_in_100(double loss)
    {
        const int Seed = 77;
        const int Runs = 1_000;
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        int held = 0;
        double sum = 0;
        for (int run = 0; run < Runs; run++)
        {
            var estimator = new LossEstimator();
            for (int i = 0; i < 8_000; i++)
            {
                Feed(estimator, random.NextDouble() < loss);
            }

            LossEstimate estimate = estimator.Estimate;
            held += estimate.LowerPpm <= loss * 1e6 && loss * 1e6 <= estimate.UpperPpm ? 1 : 0;
            sum += estimate.Ppm;
        }

        TestContext.Out.WriteLine($"{loss:P1}: held in {held} of {Runs} runs, mean {sum / Runs:F0} ppm");
        Assert.That(held, Is.GreaterThanOrEqualTo(Runs * 95 / 100));
        Assert.That(sum / Runs, Is.EqualTo(loss * 1e6).Within(8).Percent);
    }

    [Test]
    public void A_change_is_seen_within_two_thousand_outcomes()
    {
        LossEstimator estimator = SwitchedOff();
        for (int i = 0; i < 2_000; i++)
        {
            Feed(estimator, i % 33 == 0);
        }

        Assert.That(estimator.Estimate.Ppm, Is.InRange(15_000, 30_300));
        Assert.That(estimator.IsOff, Is.False);
    }

    private static LossEstimator SwitchedOff()
    {
        var estimator = new LossEstimator();
        Repeat(60_000, estimator.OnAcked);
        Assert.That(estimator.IsOff, Is.True);
        return estimator;
    }

    private static void Feed(LossEstimator estimator, bool isLost)
    {
        if (isLost)
        {
            estimator.OnLost();
        }
        else
        {
            estimator.OnAcked();
        }
    }

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }
}
