namespace Scp.PathModel;

/// <summary>
/// Loss that comes in bursts. Bursts are laid out on the clock, not on a count of packets: they happen at the same moments
/// whatever is sent, so that a thin stream and a bulk transfer, or two protocols under one seed, meet the same outages.
/// </summary>
public sealed record BurstProfile
{
    public required BurstShape Shape { get; init; }

    public required long MeanLengthNs { get; init; }

    /// <summary>The part of all time spent in bursts.</summary>
    public required double ShareOfTime { get; init; }

    /// <summary>The loss inside a burst. It replaces the profile's random loss there rather than adding to it.</summary>
    public double LossProbability { get; init; } = 1;

    /// <summary>The mean time between the end of one burst and the start of the next, which the share asks for.</summary>
    public long MeanGapNs => (long)(MeanLengthNs * ((1 - ShareOfTime) / ShareOfTime));

    /// <summary>Outages of one length in which everything is lost.</summary>
    public static BurstProfile Outages(long lengthNs, double shareOfTime) =>
        new() { Shape = BurstShape.Fixed, MeanLengthNs = lengthNs, ShareOfTime = shareOfTime };

    /// <summary>A two-state channel; the loss of its good state is the profile's <see cref="PathProfile.LossProbability"/>.</summary>
    public static BurstProfile GilbertElliott(long meanLengthNs, double shareOfTime, double lossProbability) => new()
    {
        Shape = BurstShape.Exponential,
        MeanLengthNs = meanLengthNs,
        ShareOfTime = shareOfTime,
        LossProbability = lossProbability,
    };
}
