namespace Scp.PathModel;

/// <summary>
/// What one direction of a path does to packets. Times are one-way; sizes are whole IP packets, headers included; a zero
/// switches the effect off. Immutable: a path that changes is given another profile (<see cref="PathDirection.Apply"/>).
/// </summary>
public sealed record PathProfile
{
    public const int DefaultMtuBytes = 1500;

    public required string Name { get; init; }

    public long OneWayDelayNs { get; init; }

    /// <summary>The delay varies by up to this much either way. No larger than the delay: nothing arrives before it was sent.</summary>
    public long JitterNs { get; init; }

    public JitterShape JitterShape { get; init; }

    /// <summary>
    /// Zero draws jitter anew for every packet. Otherwise a value is drawn every period and the delay moves between them in a
    /// straight line, as the load of real networks does; from 2 × <see cref="JitterNs"/> up it keeps packets in order by itself.
    /// </summary>
    public long JitterPeriodNs { get; init; }

    /// <summary>
    /// On, as on real paths, where one flow follows one route and jitter is time spent in queues: a packet never overtakes an
    /// earlier one, except one that the reorder stage held back. Off, jitter and a shortened delay reorder.
    /// With jitter per packet, order has a price: dense traffic sees the delay near its upper end, since all wait for the slowest.
    /// </summary>
    public bool KeepOrder { get; init; } = true;

    public double LossProbability { get; init; }

    public BurstProfile? Burst { get; init; }

    /// <summary>How many packets are held back by <see cref="ReorderDelayNs"/>, so that later ones overtake them.</summary>
    public double ReorderProbability { get; init; }

    public long ReorderDelayNs { get; init; }

    public double DuplicateProbability { get; init; }

    /// <summary>How far behind its original the second copy arrives; zero means right behind.</summary>
    public long DuplicateDelayNs { get; init; }

    /// <summary>How many copies arrive with one bit flipped.</summary>
    public double CorruptProbability { get; init; }

    public long RateBitsPerSecond { get; init; }

    /// <summary>
    /// The queue before the rate limiter, as the time that a full one takes to drain. It may be given in bytes instead; when both
    /// are given the smaller one counts.
    /// </summary>
    public long QueueNs { get; init; }

    public long QueueBytes { get; init; }

    public int MtuBytes { get; init; } = DefaultMtuBytes;

    /// <summary>A path's usual description, "150 ms ± 20", is of the round trip: each direction gets half of the time and half of the jitter.</summary>
    public static PathProfile ForRoundTrip(string name, long roundTripNs, long roundTripJitterNs = 0) =>
        new() { Name = name, OneWayDelayNs = roundTripNs / 2, JitterNs = roundTripJitterNs / 2 };

    /// <summary>One sentence per problem; none when the profile can be used.</summary>
    public IReadOnlyList<string> Validate() => PathProfileRules.Check(this);
}
