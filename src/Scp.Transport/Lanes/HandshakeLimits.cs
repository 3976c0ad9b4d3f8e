namespace Scp.Transport.Lanes;

/// <summary>How many handshakes may begin, and be under way; see <see cref="TransportLimits"/> for what is usual.</summary>
internal sealed record HandshakeLimits(double ASecond, double Burst, double ASecondPerSource, double BurstPerSource, int MaxSources)
{
    public static HandshakeLimits Default { get; } = new(
        TransportLimits.HandshakesASecond,
        TransportLimits.HandshakeBurst,
        TransportLimits.HandshakesASecondPerSource,
        TransportLimits.HandshakeBurstPerSource,
        TransportLimits.MaxSources);

    public int UnderWay { get; init; } = TransportLimits.MaxHandshakes;

    public int UnderWayPerSource { get; init; } = TransportLimits.MaxHandshakesPerSource;
}
