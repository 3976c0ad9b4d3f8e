using Wan.Forwarding;

namespace Wan.Control;

internal sealed record LatenessReport
{
    public required long Packets { get; init; }

    public required double P50Ms { get; init; }

    public required double P90Ms { get; init; }

    public required double P99Ms { get; init; }

    public required double P999Ms { get; init; }

    public required double MaxMs { get; init; }

    /// <summary>Packets more than 5 ms late.</summary>
    public required long Late { get; init; }

    public required double LateShare { get; init; }

    public required LatenessBucket[] Buckets { get; init; }

    public static LatenessReport Of(LatenessHistogram histogram) => new()
    {
        Packets = histogram.Count,
        P50Ms = Ms(histogram.PercentileNs(0.5)),
        P90Ms = Ms(histogram.PercentileNs(0.9)),
        P99Ms = Ms(histogram.PercentileNs(0.99)),
        P999Ms = Ms(histogram.PercentileNs(0.999)),
        MaxMs = Ms(histogram.MaxNs),
        Late = histogram.LateCount,
        LateShare = histogram.LateShare,
        Buckets = [.. histogram.Buckets().Select(bucket => new LatenessBucket(bucket.UpToNs, bucket.Count))],
    };

    private static double Ms(long ns) => ns / 1e6;
}
