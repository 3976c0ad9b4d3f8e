using FsCheck;
using Wan.Forwarding;

namespace Wan.Tests.Forwarding;

public sealed class LatenessHistogramTests
{
    private static readonly double[] Shares = [0, 0.1, 0.5, 0.9, 0.99, 0.999, 1];

    [Property(MaxTest = 300)]
    public void Percentiles_are_those_of_a_sorted_list_to_a_sixteenth(NonEmptyArray<uint> draws)
    {
        var histogram = new LatenessHistogram();

        // Magnitudes from nanoseconds to minutes, each as likely.
        List<long> all = [.. draws.Get.Select(draw => ((long)draw << 8) >> (int)(draw % 40))];
        all.ForEach(histogram.Record);
        all.Sort();

        Assert.That(histogram.Count, Is.EqualTo(all.Count));
        Assert.That(histogram.MaxNs, Is.EqualTo(all[^1]));
        Assert.That(histogram.LateCount, Is.EqualTo(all.Count(ns => ns > 5_000_000)));
        Assert.That(histogram.Buckets().Sum(bucket => bucket.Count), Is.EqualTo(all.Count));
        foreach (double share in Shares)
        {
            long exact = all[Math.Clamp((int)Math.Ceiling(share * all.Count) - 1, 0, all.Count - 1)];
            Assert.That(histogram.PercentileNs(share), Is.InRange(exact, exact + (exact / 16)));
        }
    }

    [Test]
    public void The_longest_time_there_is_has_a_bucket()
    {
        var histogram = new LatenessHistogram();
        histogram.Record(long.MaxValue);
        histogram.Record(-1);
        Assert.That(histogram.PercentileNs(1), Is.EqualTo(long.MaxValue));
        Assert.That(histogram.PercentileNs(0.5), Is.Zero);
    }

    [Test]
    public void Nothing_recorded_is_nothing_late()
    {
        var histogram = new LatenessHistogram();
        histogram.Record(6_000_000);
        histogram.Reset();
        Assert.That((histogram.Count, histogram.LateShare, histogram.PercentileNs(0.99)), Is.EqualTo((0L, 0d, 0L)));
    }
}
