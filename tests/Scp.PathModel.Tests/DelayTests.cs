using FsCheck;

namespace Scp.PathModel.Tests;

/// <summary>Delay, jitter, order, duplication and corruption.</summary>
public sealed class DelayTests
{
    private const long NsPerMs = 1_000_000;

    private static readonly PathProfile Jittery = new() { Name = "jitter", OneWayDelayNs = 75 * NsPerMs, JitterNs = 10 * NsPerMs };

    [TestCase(JitterShape.Uniform, 0.57735)]
    [TestCase(JitterShape.Bell, 0.28868)]
    public void Jitter_per_packet_stays_in_bounds_around_the_delay_with_the_shape_asked_for(JitterShape shape, double relativeDeviation)
    {
        double[] delays = Delays(Jittery with { JitterShape = shape, KeepOrder = false }, 200_000, gapNs: 1000);
        double mean = delays.Average();
        double deviation = Math.Sqrt(delays.Average(delay => (delay - mean) * (delay - mean)));
        Assert.That(delays.Min(), Is.InRange(65 * NsPerMs, shape == JitterShape.Uniform ? 65.01 * NsPerMs : 67 * NsPerMs));
        Assert.That(delays.Max(), Is.InRange(shape == JitterShape.Uniform ? 84.99 * NsPerMs : 83 * NsPerMs, 85 * NsPerMs));
        Assert.That(mean, Is.EqualTo(75.0 * NsPerMs).Within(3 * deviation / Math.Sqrt(delays.Length)));
        Assert.That(deviation, Is.EqualTo(relativeDeviation * 10 * NsPerMs).Within(1).Percent);
    }

    [Test]
    public void Wandering_jitter_stays_in_bounds_moves_smoothly_and_spreads()
    {
        PathProfile profile = Jittery with { JitterPeriodNs = 100 * NsPerMs, KeepOrder = false };
        const long gapNs = 50_000;
        double[] delays = Delays(profile, 2_000_000, gapNs);

        // From one end of the range to the other within a period is the steepest it may be.
        double steepestNs = (2.0 * profile.JitterNs * gapNs / profile.JitterPeriodNs) + 2;
        for (int i = 1; i < delays.Length; i++)
        {
            if (Math.Abs(delays[i] - delays[i - 1]) > steepestNs)
            {
                Assert.Fail($"The delay jumped from {delays[i - 1]} to {delays[i]} ns.");
            }
        }

        Assert.That(delays.Min(), Is.InRange(65 * NsPerMs, 66 * NsPerMs));
        Assert.That(delays.Max(), Is.InRange(84 * NsPerMs, 85 * NsPerMs));
        Assert.That(delays.Average(), Is.EqualTo(75 * NsPerMs).Within(1 * NsPerMs));
    }

    [Test]
    public void Wandering_jitter_is_the_same_whatever_is_sent_and_however_long_the_path_was_idle()
    {
        var dense = new PathDirection(Jittery with { JitterPeriodNs = 30 * NsPerMs, LossProbability = 0.3 }, seed: 3);
        var thin = new PathDirection(Jittery with { JitterPeriodNs = 30 * NsPerMs }, seed: 3);
        for (long i = 0; i < 200_000; i++)
        {
            Verdict verdict = dense.Offer(i * 100_000, 100);
            if (i % 977 == 0 && !verdict.IsDropped)
            {
                Assert.That(thin.Offer(i * 100_000, 100).First, Is.EqualTo(verdict.First));
            }
        }
    }

    /// <summary>Whatever else a path does, with order kept only the packets that were held back arrive behind a later one.</summary>
    [Property(MaxTest = 100)]
    public void Order_is_kept(ulong seed, NonNegativeInt period, bool bell, bool bursty)
    {
        PathProfile profile = PathProfiles.Bad with
        {
            JitterPeriodNs = period.Get % 3 * NsPerMs,
            JitterShape = bell ? JitterShape.Bell : JitterShape.Uniform,
            DuplicateProbability = 0.1,
            DuplicateDelayNs = 5 * NsPerMs,
            Burst = bursty ? BurstProfile.GilbertElliott(5 * NsPerMs, 0.1, 0.7) : null,
        };
        var direction = new PathDirection(profile, seed);
        var gaps = new PathRandom(seed);
        long nowNs = 0;
        long lastNs = 0;
        for (int i = 0; i < 2000; i++)
        {
            nowNs += gaps.NextBelow(200_000);
            if (i == 1000)
            {
                direction.Apply(profile with { OneWayDelayNs = 20 * NsPerMs }, nowNs);
            }

            Verdict verdict = direction.Offer(nowNs, 1000);
            if (!verdict.IsDropped)
            {
                Assert.That(verdict.First.DeliverAtNs, Is.GreaterThanOrEqualTo(lastNs));
                lastNs = verdict.First.DeliverAtNs;
            }
        }

        Assert.That(direction.Statistics.Reordered, Is.Zero);
    }

    [Test]
    public void Without_order_kept_jitter_reorders_and_the_count_is_exact()
    {
        var direction = new PathDirection(Jittery with { KeepOrder = false }, seed: 4);
        long[] arrivals = new long[20_000];
        for (int i = 0; i < arrivals.Length; i++)
        {
            arrivals[i] = direction.Offer(i * NsPerMs, 100).First.DeliverAtNs;
        }

        int overtaking = 0;
        for (int i = 1; i < arrivals.Length; i++)
        {
            overtaking += arrivals.AsSpan(Math.Max(0, i - 30), Math.Min(i, 30)).ContainsAnyExceptInRange(0, arrivals[i]) ? 1 : 0;
        }

        Assert.That(overtaking, Is.GreaterThan(arrivals.Length / 2));
        Assert.That(direction.Statistics.Reordered, Is.EqualTo(overtaking));
    }

    [Test]
    public void A_packet_held_back_is_late_by_the_delay_and_nobody_waits_for_it()
    {
        const int packets = 200_000;
        const double probability = 0.02;
        var direction = new PathDirection(
            new PathProfile { Name = "reorder", OneWayDelayNs = 10 * NsPerMs, ReorderProbability = probability, ReorderDelayNs = 3 * NsPerMs },
            seed: 5);
        int late = 0;
        for (int i = 0; i < packets; i++)
        {
            long delayNs = direction.Offer(i * 100_000L, 100).First.DeliverAtNs - (i * 100_000L);
            Assert.That(delayNs, Is.EqualTo(10 * NsPerMs).Or.EqualTo(13 * NsPerMs));
            late += delayNs > 10 * NsPerMs ? 1 : 0;
        }

        Assert.That(late, Is.EqualTo(packets * probability).Within(3 * Math.Sqrt(packets * probability)));
        Assert.That(direction.Statistics.HeldBack, Is.EqualTo(late));
        Assert.That(direction.Statistics.Reordered, Is.GreaterThan(late));
    }

    [Test]
    public void Duplicates_are_as_frequent_as_asked_and_as_late()
    {
        const int packets = 200_000;
        const double probability = 0.05;
        var direction = new PathDirection(
            new PathProfile { Name = "twice", OneWayDelayNs = NsPerMs, DuplicateProbability = probability, DuplicateDelayNs = 7 * NsPerMs },
            seed: 6);
        int twice = 0;
        for (int i = 0; i < packets; i++)
        {
            Verdict verdict = direction.Offer(i, 100);
            if (verdict.Copies == 2)
            {
                twice++;
                Assert.That(verdict[1].DeliverAtNs - verdict[0].DeliverAtNs, Is.EqualTo(7 * NsPerMs));
            }
            else
            {
                Assert.That(verdict.Copies, Is.EqualTo(1));
                Assert.That(() => verdict[1], Throws.InvalidOperationException);
            }
        }

        Assert.That(twice, Is.EqualTo(packets * probability).Within(3 * Math.Sqrt(packets * probability)));
        Assert.That(direction.Statistics.Duplicated, Is.EqualTo(twice));
        Assert.That(direction.Statistics.Delivered, Is.EqualTo(packets));
        Assert.That(direction.Statistics.Reordered, Is.Zero);
    }

    [Test]
    public void Corruption_flips_one_bit_anywhere_in_the_packet()
    {
        const int packets = 200_000;
        const int size = 20;
        const double probability = 0.1;
        var direction = new PathDirection(new PathProfile { Name = "noise", CorruptProbability = probability }, seed: 7);
        int[] flips = new int[size * 8];
        int corrupted = 0;
        byte[] packet = new byte[size];
        for (int i = 0; i < packets; i++)
        {
            Delivery delivery = direction.Offer(i, size).First;
            Array.Clear(packet);
            delivery.ApplyCorruption(packet);
            Assert.That(packet.Sum(value => System.Numerics.BitOperations.PopCount(value)), Is.EqualTo(delivery.IsCorrupted ? 1 : 0));
            if (delivery.IsCorrupted)
            {
                corrupted++;
                flips[delivery.CorruptBit]++;
                Assert.That(packet[delivery.CorruptBit / 8], Is.EqualTo(1 << (delivery.CorruptBit % 8)));
            }
        }

        Assert.That(corrupted, Is.EqualTo(packets * probability).Within(3 * Math.Sqrt(packets * probability)));
        Assert.That(direction.Statistics.Corrupted, Is.EqualTo(corrupted));
        double perBit = corrupted / (double)flips.Length;
        Assert.That(flips.Min(), Is.GreaterThan(perBit - (5 * Math.Sqrt(perBit))));
        Assert.That(flips.Max(), Is.LessThan(perBit + (5 * Math.Sqrt(perBit))));
    }

    [Test]
    public void Corruption_of_the_wrong_packet_is_a_mistake_of_the_caller()
    {
        var delivery = new Delivery(0, corruptBit: 80);
        Assert.That(() => delivery.ApplyCorruption(new byte[10]), Throws.InvalidOperationException);
        Assert.That(() => default(Delivery).ApplyCorruption([]), Throws.Nothing);
    }

    private static double[] Delays(PathProfile profile, int packets, long gapNs)
    {
        var direction = new PathDirection(profile, seed: 8);
        double[] delays = new double[packets];
        for (int i = 0; i < packets; i++)
        {
            delays[i] = direction.Offer(i * gapNs, 100).First.DeliverAtNs - (i * gapNs);
        }

        return delays;
    }
}
