using System.Diagnostics.CodeAnalysis;

namespace Scp.PathModel;

/// <summary>
/// The paths that simulations and benchmarks name. The WAN ones share a bottleneck of 200 Mbit/s with a 50 ms queue, and each is
/// meant for both directions alike: a round trip meets the loss twice.
/// </summary>
public static class PathProfiles
{
    private const long NsPerUs = 1_000;
    private const long NsPerMs = 1_000_000;
    private const long WanRateBitsPerSecond = 200_000_000;
    private const long WanQueueNs = 50 * NsPerMs;

    private static readonly PathProfile[] All =
    [
        new() { Name = "perfect", MtuBytes = PathLimits.MaxMtuBytes },
        PathProfile.ForRoundTrip("loopback", 50 * NsPerUs) with { MtuBytes = PathLimits.MaxMtuBytes },
        PathProfile.ForRoundTrip("lan", 300 * NsPerUs) with { RateBitsPerSecond = 1_000_000_000, QueueBytes = 1 << 20 },
        Wan("continental", 40 * NsPerMs) with { LossProbability = 0.001 },
        Wan("intercontinental", 80 * NsPerMs) with { LossProbability = 0.01 },
        Wan("bad", 150 * NsPerMs, 20 * NsPerMs) with { LossProbability = 0.03, JitterPeriodNs = 100 * NsPerMs },
        Wan("burst", 80 * NsPerMs) with { Burst = BurstProfile.Outages(20 * NsPerMs, 0.01) },
    ];

    public static PathProfile Perfect => All[0];

    public static PathProfile Loopback => All[1];

    public static PathProfile Lan => All[2];

    public static PathProfile Continental => All[3];

    public static PathProfile Intercontinental => All[4];

    public static PathProfile Bad => All[5];

    public static PathProfile Burst => All[6];

    /// <summary>Every name that <see cref="TryGet"/> knows, from the kindest path to the harshest.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(All, profile => profile.Name);

    public static bool TryGet(string name, [NotNullWhen(true)] out PathProfile? profile)
    {
        profile = Array.Find(All, candidate => string.Equals(candidate.Name, name, StringComparison.Ordinal));
        return profile is not null;
    }

    private static PathProfile Wan(string name, long roundTripNs, long roundTripJitterNs = 0) =>
        PathProfile.ForRoundTrip(name, roundTripNs, roundTripJitterNs) with
        {
            RateBitsPerSecond = WanRateBitsPerSecond,
            QueueNs = WanQueueNs,
        };
}
