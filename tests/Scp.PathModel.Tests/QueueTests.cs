using System.Numerics;
using FsCheck;

namespace Scp.PathModel.Tests;

/// <summary>The rate limiter and its drop-tail queue.</summary>
public sealed class QueueTests
{
    private const long NsPerMs = 1_000_000;
    private const long NsPerSecond = 1_000_000_000;

    /// <summary>
    /// The line against exact rational arithmetic: times are counted in units of 1/rate ns, so that nothing is ever rounded
    /// before it is compared.
    /// </summary>
    [Property(MaxTest = 300, EndSize = 300)]
    public void It_agrees_with_exact_arithmetic(PositiveInt rateSeed, PositiveInt queueSeed, (NonNegativeInt Gap, PositiveInt Size)[] offers)
    {
        long rate = 1_000_003L * (1 + (rateSeed.Get % 5000));
        long queueNs = queueSeed.Get % 300 * 10_000L;
        var direction = new PathDirection(
            new PathProfile { Name = "q", RateBitsPerSecond = rate, QueueNs = Math.Max(1, queueNs) }, seed: 1);

        BigInteger idleAt = 0;
        long nowNs = 0;
        foreach ((NonNegativeInt gap, PositiveInt size) in offers)
        {
            nowNs += gap.Get * 37L;
            int sizeBytes = 1 + (size.Get * 97 % 1500);
            bool idle = idleAt / rate <= nowNs;
            BigInteger finish = BigInteger.Max(idleAt, (BigInteger)nowNs * rate) + (sizeBytes * 8 * (BigInteger)NsPerSecond);
            bool fits = idle || (finish / rate) - nowNs <= Math.Max(1, queueNs);

            Verdict verdict = direction.Offer(nowNs, sizeBytes);
            Assert.That(verdict.Reason, Is.EqualTo(fits ? DropReason.None : DropReason.QueueFull));
            if (fits)
            {
                idleAt = finish;
                Assert.That((BigInteger)verdict.First.DeliverAtNs, Is.EqualTo(finish / rate));
            }
        }
    }

    [TestCase(200_000_000, 1500)]
    [TestCase(20_000_000, 1200)]
    [TestCase(9_999_999_967, 41)]
    public void A_saturated_line_delivers_at_its_rate(long rate, int sizeBytes)
    {
        var direction = new PathDirection(
            new PathProfile { Name = "r", RateBitsPerSecond = rate, QueueNs = NsPerMs }, seed: 2);
        long bytes = 0;
        long lastNs = 0;
        long gapNs = Math.Max(1, sizeBytes * 8 * NsPerSecond / rate / 2);
        for (long nowNs = 0; nowNs < 400_000 * gapNs; nowNs += gapNs)
        {
            Verdict verdict = direction.Offer(nowNs, sizeBytes);
            if (!verdict.IsDropped)
            {
                bytes += sizeBytes;
                lastNs = verdict.First.DeliverAtNs;
            }
        }

        Assert.That(direction.Statistics.DroppedQueueFull, Is.GreaterThan(0));
        Assert.That(bytes * 8.0 * NsPerSecond / lastNs, Is.EqualTo((double)rate).Within(0.001).Percent);
    }

    [Test]
    public void A_sender_clocked_by_the_departures_does_not_gain_what_rounding_leaves_over()
    {
        const long rate = 999_999_937;
        var direction = new PathDirection(new PathProfile { Name = "c", RateBitsPerSecond = rate, QueueNs = NsPerMs }, seed: 2);
        long nowNs = 0;
        for (int i = 0; i < 100_000; i++)
        {
            nowNs = direction.Offer(nowNs, 41).First.DeliverAtNs;
        }

        Assert.That((BigInteger)nowNs, Is.EqualTo(100_000 * 41 * 8 * (BigInteger)NsPerSecond / rate));
    }

    [Test]
    public void Nobody_waits_longer_than_the_queue_lasts_and_it_does_fill()
    {
        PathProfile profile = PathProfiles.Continental with { LossProbability = 0 };
        var direction = new PathDirection(profile, seed: 3);
        var sizes = new PathRandom(4);
        long nowNs = 0;
        long longestNs = 0;
        for (int i = 0; i < 200_000; i++)
        {
            nowNs += sizes.NextBelow(40_000);
            Verdict verdict = direction.Offer(nowNs, (int)sizes.NextBetween(40, 1500));
            if (!verdict.IsDropped)
            {
                longestNs = Math.Max(longestNs, verdict.First.DeliverAtNs - profile.OneWayDelayNs - nowNs);
            }

            Assert.That(direction.QueuedNs(nowNs), Is.LessThanOrEqualTo(profile.QueueNs));
        }

        PathStatistics statistics = direction.Statistics;
        Assert.That(longestNs, Is.InRange(profile.QueueNs - 60_000, profile.QueueNs));
        Assert.That(statistics.QueueHighWaterNs, Is.EqualTo(longestNs));
        Assert.That(statistics.QueueHighWaterBytes, Is.InRange(1_248_000, 1_250_000));
    }

    [Test]
    public void A_queue_in_bytes_holds_those_bytes()
    {
        var direction = new PathDirection(
            new PathProfile { Name = "b", RateBitsPerSecond = 8_000_000, QueueBytes = 10_000 }, seed: 5);
        int accepted = 0;
        for (int i = 0; i < 20; i++)
        {
            accepted += direction.Offer(0, 1000).IsDropped ? 0 : 1;
        }

        Assert.That(accepted, Is.EqualTo(10));
        Assert.That(direction.Offer(NsPerMs - 1, 1000).Reason, Is.EqualTo(DropReason.QueueFull));
        Assert.That(direction.Offer(NsPerMs, 1000).Reason, Is.EqualTo(DropReason.None));
    }

    [Test]
    public void Of_two_limits_the_smaller_counts()
    {
        foreach ((long queueNs, long queueBytes) in new[] { (5 * NsPerMs, 10_000L), (10 * NsPerMs, 5_000L) })
        {
            var direction = new PathDirection(
                new PathProfile { Name = "b", RateBitsPerSecond = 8_000_000, QueueNs = queueNs, QueueBytes = queueBytes }, seed: 5);
            int accepted = 0;
            for (int i = 0; i < 20; i++)
            {
                accepted += direction.Offer(0, 1000).IsDropped ? 0 : 1;
            }

            Assert.That(accepted, Is.EqualTo(5));
        }
    }

    [Test]
    public void An_idle_line_carries_a_packet_that_its_queue_could_not_hold()
    {
        var direction = new PathDirection(
            new PathProfile { Name = "tiny", RateBitsPerSecond = 64_000, QueueNs = NsPerMs }, seed: 6);
        Assert.That(direction.Offer(0, 1500).IsDropped, Is.False);
        Assert.That(direction.Offer(0, 1500).Reason, Is.EqualTo(DropReason.QueueFull));
        Assert.That(direction.Offer(1500 * 8 * NsPerSecond / 64_000, 1500).IsDropped, Is.False);
    }

    [Test]
    public void A_lost_packet_has_used_the_line()
    {
        var direction = new PathDirection(
            new PathProfile { Name = "l", RateBitsPerSecond = 8_000_000, QueueNs = NsPerSecond, LossProbability = 0.5 }, seed: 7);
        for (int i = 1; i <= 100; i++)
        {
            Verdict verdict = direction.Offer(0, 1000);
            if (!verdict.IsDropped)
            {
                Assert.That(verdict.First.DeliverAtNs, Is.EqualTo(i * NsPerMs));
            }
        }

        Assert.That(direction.Statistics.DroppedRandom, Is.InRange(1, 99));
    }

    [Test]
    public void When_the_rate_changes_what_was_accepted_keeps_its_time_and_the_rest_queues_behind()
    {
        PathProfile slow = new() { Name = "slow", RateBitsPerSecond = 8_000_000, QueueNs = NsPerSecond };
        var direction = new PathDirection(slow, seed: 8);
        for (int i = 0; i < 10; i++)
        {
            _ = direction.Offer(0, 1000);
        }

        direction.Apply(slow with { RateBitsPerSecond = 80_000_000 }, NsPerMs);
        Assert.That(direction.QueuedNs(NsPerMs), Is.EqualTo(9 * NsPerMs));
        Assert.That(direction.Offer(NsPerMs, 1000).First.DeliverAtNs, Is.EqualTo((10 * NsPerMs) + 100_000));

        direction.Apply(PathProfiles.Perfect with { KeepOrder = false }, 2 * NsPerMs);
        Assert.That(direction.Offer(2 * NsPerMs, 1000).First.DeliverAtNs, Is.EqualTo((10 * NsPerMs) + 100_000));
        Assert.That(direction.Offer(20 * NsPerMs, 1000).First.DeliverAtNs, Is.EqualTo(20 * NsPerMs));
    }
}
