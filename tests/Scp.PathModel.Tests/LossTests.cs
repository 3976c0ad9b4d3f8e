namespace Scp.PathModel.Tests;

/// <summary>Random loss, bursts, the cut and the MTU.</summary>
public sealed class LossTests
{
    private const long NsPerMs = 1_000_000;
    private const long NsPerSecond = 1_000_000_000;

    [TestCase(0.001, 1UL)]
    [TestCase(0.01, 2UL)]
    [TestCase(0.03, 3UL)]
    [TestCase(0.5, 4UL)]
    public void Random_loss_is_as_frequent_as_asked_and_independent(double loss, ulong seed)
    {
        const int packets = 1_000_000;
        var direction = new PathDirection(new PathProfile { Name = "loss", LossProbability = loss }, seed);
        int lostInARow = 0;
        bool lastLost = false;
        for (int i = 0; i < packets; i++)
        {
            bool lost = direction.Offer(i, 100).Reason == DropReason.Random;
            lostInARow += lost && lastLost ? 1 : 0;
            lastLost = lost;
        }

        Assert.That(direction.Statistics.DroppedRandom, Is.EqualTo(packets * loss).Within(ThreeSigma(packets, loss)));
        Assert.That(lostInARow, Is.EqualTo(packets * loss * loss).Within(2 * ThreeSigma(packets, loss * loss)));
    }

    [Test]
    public void Loss_of_one_loses_all()
    {
        var direction = new PathDirection(new PathProfile { Name = "hole", LossProbability = 1 }, seed: 1);
        for (int i = 0; i < 10_000; i++)
        {
            Assert.That(direction.Offer(i, 100).Reason, Is.EqualTo(DropReason.Random));
        }
    }

    [Test]
    public void Outages_have_one_length_and_take_their_share_of_the_time()
    {
        const long probeNs = 100_000;
        List<(long StartNs, long EndNs)> bursts = Probe(BurstProfile.Outages(20 * NsPerMs, 0.01), 4000 * NsPerSecond, probeNs, seed: 9);

        // A gap is exponential with a mean of 1.98 s, so about 2,000 outages with a deviation of about their root.
        Assert.That(bursts, Has.Count.EqualTo(2000).Within(3 * Math.Sqrt(2000)));
        foreach ((long startNs, long endNs) in bursts)
        {
            // Two outages may touch when a gap falls between two probes: then the length is a multiple.
            long lengthNs = endNs - startNs;
            long times = Math.Max(1, (lengthNs + (10 * NsPerMs)) / (20 * NsPerMs));
            Assert.That(lengthNs, Is.EqualTo(times * 20 * NsPerMs).Within((times + 1) * probeNs));
        }
    }

    [Test]
    public void The_gilbert_elliott_channel_has_its_mean_length_its_share_and_its_loss()
    {
        const long probeNs = 50_000;
        var certain = BurstProfile.GilbertElliott(10 * NsPerMs, 0.05, 1);
        List<(long StartNs, long EndNs)> bursts = Probe(certain, 1000 * NsPerSecond, probeNs, seed: 10);
        double total = bursts.Sum(burst => (double)(burst.EndNs - burst.StartNs));
        double mean = total / bursts.Count;
        double deviation = Math.Sqrt(bursts.Sum(burst => Math.Pow(burst.EndNs - burst.StartNs - mean, 2)) / bursts.Count);

        Assert.That(total / (1000 * NsPerSecond), Is.EqualTo(0.05).Within(6).Percent);
        Assert.That(mean, Is.EqualTo(10 * NsPerMs).Within(5).Percent);
        Assert.That(deviation, Is.EqualTo(mean).Within(6).Percent, "the length of a burst is exponential");

        PathStatistics half = Offer(new PathProfile { Name = "half", Burst = certain with { LossProbability = 0.5 } }, 10);
        PathStatistics full = Offer(new PathProfile { Name = "full", Burst = certain }, 10);
        Assert.That(half.DroppedBurst, Is.EqualTo(full.DroppedBurst * 0.5).Within(ThreeSigma((int)full.DroppedBurst, 0.5)));
        Assert.That(half.DroppedRandom, Is.Zero);

        static PathStatistics Offer(PathProfile profile, ulong seed)
        {
            var direction = new PathDirection(profile, seed);
            for (long nowNs = 0; nowNs < 200 * NsPerSecond; nowNs += 200_000)
            {
                _ = direction.Offer(nowNs, 100);
            }

            return direction.Statistics;
        }
    }

    [Test]
    public void Outages_lie_at_the_same_moments_whatever_is_sent()
    {
        const long durationNs = 300 * NsPerSecond;
        const long coarseNs = NsPerMs;
        PathProfile profile = PathProfiles.Burst;
        var dense = new PathDirection(profile with { LossProbability = 0.2, CorruptProbability = 0.1 }, seed: 12);
        var thin = new PathDirection(profile, seed: 12);
        int met = 0;
        for (long nowNs = 0; nowNs < durationNs; nowNs += coarseNs / 4)
        {
            bool denseLost = dense.Offer(nowNs, 100).Reason == DropReason.Burst;
            if (nowNs % coarseNs == 0)
            {
                bool thinLost = thin.Offer(nowNs, 100).Reason == DropReason.Burst;
                Assert.That(thinLost, Is.EqualTo(denseLost));
                met += thinLost ? 1 : 0;
            }
        }

        Assert.That(met, Is.GreaterThan(1000));
    }

    [Test]
    public void Applying_the_same_bursts_again_does_not_start_them_over()
    {
        var steady = new PathDirection(PathProfiles.Burst, seed: 13);
        var changed = new PathDirection(PathProfiles.Burst, seed: 13);
        for (long nowNs = 0; nowNs < 60 * NsPerSecond; nowNs += NsPerMs)
        {
            if (nowNs % NsPerSecond == 0)
            {
                changed.Apply(PathProfiles.Burst with { OneWayDelayNs = nowNs / 1000 }, nowNs);
            }

            Assert.That(changed.Offer(nowNs, 100).Reason, Is.EqualTo(steady.Offer(nowNs, 100).Reason));
        }

        Assert.That(steady.Statistics.DroppedBurst, Is.GreaterThan(0));
    }

    [Test]
    public void A_cut_is_one_way_and_takes_nothing_back()
    {
        PathProfile profile = PathProfiles.Continental with { LossProbability = 0 };
        var path = new DuplexPath(profile, seed: 14);
        Verdict before = path.Outgoing.Offer(0, 1500);
        path.Outgoing.Cut();
        Assert.That(path.Outgoing.Offer(1, 1500).Reason, Is.EqualTo(DropReason.Cut));
        Assert.That(path.Incoming.Offer(1, 1500).IsDropped, Is.False);
        Assert.That(path.Outgoing.QueuedNs(1), Is.EqualTo(before.First.DeliverAtNs - profile.OneWayDelayNs - 1), "what is cut off does not use the line");
        path.Outgoing.Heal();
        Assert.That(path.Outgoing.Offer(2, 1500).IsDropped, Is.False);
        Assert.That(path.Outgoing.Statistics.DroppedCut, Is.EqualTo(1));
    }

    [Test]
    public void What_is_larger_than_the_mtu_is_dropped_and_counted()
    {
        var direction = new PathDirection(PathProfiles.Continental with { LossProbability = 0 }, seed: 15);
        Assert.That(direction.Offer(0, 1500).IsDropped, Is.False);
        Assert.That(direction.Offer(0, 1501).Reason, Is.EqualTo(DropReason.TooBig));
        Assert.That(direction.Statistics.DroppedTooBig, Is.EqualTo(1));
    }

    private static List<(long StartNs, long EndNs)> Probe(BurstProfile burst, long durationNs, long probeNs, ulong seed)
    {
        var direction = new PathDirection(new PathProfile { Name = "probe", Burst = burst }, seed);
        var bursts = new List<(long, long)>();
        long startNs = -1;
        for (long nowNs = 0; nowNs < durationNs; nowNs += probeNs)
        {
            bool lost = direction.Offer(nowNs, 100).Reason == DropReason.Burst;
            if (lost && startNs < 0)
            {
                startNs = nowNs;
            }
            else if (!lost && startNs >= 0)
            {
                bursts.Add((startNs, nowNs));
                startNs = -1;
            }
        }

        return bursts;
    }

    private static double ThreeSigma(int draws, double probability) =>
        3 * Math.Sqrt(draws * probability * (1 - probability));
}
