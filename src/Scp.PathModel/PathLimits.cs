namespace Scp.PathModel;

/// <summary>
/// What a profile may ask for. The bounds are far beyond any real path; they are there so that the arithmetic of the hot path,
/// done in 64-bit integers, cannot overflow.
/// </summary>
public static class PathLimits
{
    public const long MaxDelayNs = 60_000_000_000;

    /// <summary>Twice this times <see cref="MaxJitterPeriodNs"/> must fit 63 bits: jitter is interpolated with that product.</summary>
    public const long MaxJitterNs = 1_000_000_000;

    public const long MaxJitterPeriodNs = 4_000_000_000;

    public const long MinRateBitsPerSecond = 1_000;

    public const long MaxRateBitsPerSecond = 400_000_000_000;

    public const long MaxQueueNs = 60_000_000_000;

    /// <summary>This times 8 × 10^9 must fit 63 bits: the queue's time is worked out with that product.</summary>
    public const long MaxQueueBytes = 1 << 30;

    public const int MaxMtuBytes = 65_535;

    /// <summary>The outage clock walks through every burst, also those in which nothing was sent: shorter ones would make idle time costly.</summary>
    public const long MinBurstNs = 100_000;

    /// <summary>Whoever wants a longer outage cuts the direction.</summary>
    public const long MaxBurstNs = 60_000_000_000;

    /// <summary>Keeps the gap between two long bursts (two months at most, on average) well within a 64-bit clock.</summary>
    public const double MinBurstShare = 1e-5;

    public const double MaxBurstShare = 0.999;

    /// <summary>What a <see cref="DeliveryQueue{T}"/> holds unless its owner says otherwise: 5 s of full packets at 2.5 Gbit/s.</summary>
    public const int DefaultInFlight = 1 << 20;
}
