using FsCheck;
using FsCheck.Fluent;
using LoadGen.Measuring;

namespace LoadGen.Tests;

public sealed class LatencyHistogramTests
{
    private static readonly double[] Shares = [0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1];

    /// <summary>Latencies of every size, from nothing to beyond what the histogram tells apart.</summary>
    private static Arbitrary<long[]> Latencies() =>
        (from bits in Gen.Choose(0, 42)
         from low in Gen.Choose(0, int.MaxValue)
         select (1L << bits) | ((long)low & ((1L << bits) - 1))).NonEmptyListOf().Select(list => list.ToArray()).ToArbitrary();

    [Property(MaxTest = 500)]
    public Property Percentiles_are_those_of_the_sorted_list_within_one_bucket() => Prop.ForAll(Latencies(), latencies =>
    {
        var histogram = new LatencyHistogram();
        foreach (long ns in latencies)
        {
            histogram.Record(ns);
        }

        long[] sorted = [.. latencies.Select(ns => Math.Min(ns, LatencyHistogram.MaxNs)).Order()];
        Assert.That(histogram.Count, Is.EqualTo(sorted.Length));
        Assert.That(histogram.LongestNs, Is.EqualTo(sorted[^1]));
        foreach (double share in Shares)
        {
            long exact = sorted[Math.Max(1, (int)Math.Ceiling(share * sorted.Length)) - 1];
            Assert.That(histogram.PercentileNs(share), Is.InRange(exact, exact + (exact >> 7)), $"share {share}");
        }
    });

    [Property(MaxTest = 100)]
    public Property What_is_saved_and_loaded_or_added_is_the_same() => Prop.ForAll(Latencies(), latencies =>
    {
        var histogram = new LatencyHistogram();
        foreach (long ns in latencies)
        {
            histogram.Record(ns);
        }

        string path = Path.GetTempFileName();
        try
        {
            histogram.Save(path);
            var copy = LatencyHistogram.Load(path);
            Assert.That(copy.Buckets(), Is.EqualTo(histogram.Buckets()));
            copy.Add(histogram);
            Assert.That(copy.Buckets().Select(bucket => bucket.Count), Is.EqualTo(histogram.Buckets().Select(bucket => 2 * bucket.Count)));
        }
        finally
        {
            File.Delete(path);
        }
    });

    [Test]
    public void Threads_lose_no_count()
    {
        var histogram = new LatencyHistogram();
        _ = Parallel.For(0, 100_000, i => histogram.Record(i));
        Assert.That(histogram.Count, Is.EqualTo(100_000));
        Assert.That(histogram.Buckets().Sum(bucket => bucket.Count), Is.EqualTo(100_000));
        Assert.That(histogram.LongestNs, Is.EqualTo(99_999));
    }

    [Test]
    public void Recording_allocates_nothing()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            histogram.Record(i * 1_000L);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void An_empty_one_has_no_percentile() => Assert.That(new LatencyHistogram().PercentileNs(0.99), Is.Zero);

    [Test]
    public void What_is_no_histogram_is_refused_by_its_name()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "100 2\nhello\n");
            Assert.That(() => LatencyHistogram.Load(path), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("hello"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
