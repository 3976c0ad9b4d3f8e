using System.Numerics;

namespace Wan.Forwarding;

/// <summary>
/// How late packets were, in buckets that double every sixteen, so that any percentile is known to 1/16 of itself.
/// Recording allocates nothing. Owned by one thread.
/// </summary>
internal sealed class LatenessHistogram
{
    private const int SubBits = 4;
    private const int SubCount = 1 << SubBits;
    private const int BucketCount = (64 - SubBits) * SubCount;

    private readonly long[] _counts = new long[BucketCount];

    public long Count { get; private set; }

    public long MaxNs { get; private set; }

    /// <summary>How many were later than <see cref="LateNs"/>.</summary>
    public long LateCount { get; private set; }

    /// <summary>A packet later than this counts against a measurement.</summary>
    public const long LateNs = 5_000_000;

    public double LateShare => Count == 0 ? 0 : (double)LateCount / Count;

    public void Record(long latenessNs)
    {
        latenessNs = Math.Max(0, latenessNs);
        _counts[BucketOf(latenessNs)]++;
        Count++;
        MaxNs = Math.Max(MaxNs, latenessNs);
        if (latenessNs > LateNs)
        {
            LateCount++;
        }
    }

    /// <summary>No packet of the given share was later than this; 0 when there were none.</summary>
    public long PercentileNs(double share)
    {
        if (Count == 0)
        {
            return 0;
        }

        long rank = Math.Clamp((long)Math.Ceiling(share * Count), 1, Count);
        long seen = 0;
        for (int bucket = 0; bucket < BucketCount; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank)
            {
                return Math.Min(UpperNs(bucket), MaxNs);
            }
        }

        throw new InvalidOperationException($"The buckets hold {seen} of {Count} packets.");
    }

    /// <summary>The buckets that are not empty: the longest lateness that falls into each, and how many did.</summary>
    public IEnumerable<(long UpToNs, long Count)> Buckets()
    {
        for (int bucket = 0; bucket < BucketCount; bucket++)
        {
            if (_counts[bucket] > 0)
            {
                yield return (UpperNs(bucket), _counts[bucket]);
            }
        }
    }

    public void Reset()
    {
        Array.Clear(_counts);
        (Count, MaxNs, LateCount) = (0, 0, 0);
    }

    // Below SubCount a bucket is one nanosecond wide; above, the top bit picks the group and the next four the bucket in it.
    private static int BucketOf(long ns)
    {
        if (ns < SubCount)
        {
            return (int)ns;
        }

        int shift = BitOperations.Log2((ulong)ns) - SubBits;
        return ((shift + 1) << SubBits) + (int)((ns >> shift) & (SubCount - 1));
    }

    private static long UpperNs(int bucket)
    {
        if (bucket < SubCount)
        {
            return bucket;
        }

        int shift = (bucket >> SubBits) - 1;
        long lower = (long)(SubCount + (bucket & (SubCount - 1))) << shift;
        return lower + (1L << shift) - 1;
    }
}
