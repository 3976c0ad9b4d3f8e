using System.Globalization;
using System.Numerics;

namespace LoadGen.Measuring;

/// <summary>
/// Counts of latencies in log-linear buckets: exact below 256 ns, then 128 buckets per power of two, so that a percentile
/// is at most 0.8% above the true one. Recording is for any thread and allocates nothing.
/// </summary>
internal sealed class LatencyHistogram
{
    /// <summary>What is longer, about 18 minutes, counts as this.</summary>
    public const long MaxNs = (1L << 40) - 1;

    private const int SubBucketBits = 7;
    private const int SubBuckets = 1 << SubBucketBits;
    private const int Size = ((40 - SubBucketBits) * SubBuckets) + SubBuckets;

    private readonly long[] _counts = new long[Size];
    private long _count;
    private long _maxNs;

    public long Count => Volatile.Read(ref _count);

    /// <summary>The longest, exactly.</summary>
    public long LongestNs => Volatile.Read(ref _maxNs);

    public void Record(long ns) => Record(ns, 1);

    public void Record(long ns, long times)
    {
        ns = Math.Clamp(ns, 0, MaxNs);
        _ = Interlocked.Add(ref _counts[IndexOf(ns)], times);
        _ = Interlocked.Add(ref _count, times);
        long max = Volatile.Read(ref _maxNs);
        while (ns > max)
        {
            long seen = Interlocked.CompareExchange(ref _maxNs, ns, max);
            if (seen == max)
            {
                return;
            }

            max = seen;
        }
    }

    public void Add(LatencyHistogram other)
    {
        foreach ((long upToNs, long count) in other.Buckets())
        {
            Record(upToNs, count);
        }
    }

    /// <summary>The latency that this share of all stay within: the upper edge of the bucket it falls in. Zero when there is none.</summary>
    public long PercentileNs(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        foreach ((long upToNs, long count) in Buckets())
        {
            seen += count;
            if (seen >= rank)
            {
                return upToNs;
            }
        }

        return LongestNs;
    }

    /// <summary>The buckets that hold something, shortest first, each with the longest latency that falls in it.</summary>
    public IEnumerable<(long UpToNs, long Count)> Buckets()
    {
        for (int i = 0; i < Size; i++)
        {
            long count = Volatile.Read(ref _counts[i]);
            if (count > 0)
            {
                yield return (Math.Min(UpperEdge(i), LongestNs), count);
            }
        }
    }

    /// <summary>One line a bucket, `up_to_ns count`, for <see cref="Load"/> and for whoever plots.</summary>
    public void Save(string path)
    {
        using var writer = new StreamWriter(path);
        foreach ((long upToNs, long count) in Buckets())
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{upToNs} {count}"));
        }
    }

    public static LatencyHistogram Load(string path)
    {
        var histogram = new LatencyHistogram();
        foreach (string line in File.ReadLines(path))
        {
            string[] words = line.Split(' ');
            if (words.Length != 2
                || !long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out long upToNs)
                || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            {
                throw new InvalidDataException($"{path} is no histogram: '{line}' is not a latency in nanoseconds and a count.");
            }

            histogram.Record(upToNs, count);
        }

        return histogram;
    }

    private static int IndexOf(long ns)
    {
        if (ns < 2 * SubBuckets)
        {
            return (int)ns;
        }

        int shift = BitOperations.Log2((ulong)ns) - SubBucketBits;
        return (shift * SubBuckets) + (int)(ns >> shift);
    }

    private static long UpperEdge(int index)
    {
        if (index < 2 * SubBuckets)
        {
            return index;
        }

        int shift = (index / SubBuckets) - 1;
        long start = (long)((index % SubBuckets) + SubBuckets) << shift;
        return start + (1L << shift) - 1;
    }
}
