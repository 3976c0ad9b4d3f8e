namespace Scp.Transport.Lanes;

/// <summary>How many handshakes may begin; see <see cref="TransportLimits"/> for what is usual.</summary>
internal sealed record HandshakeLimits(double ASecond, double Burst, double ASecondPerSource, double BurstPerSource, int MaxSources)
{
    public static HandshakeLimits Default { get; } = new(
        TransportLimits.HandshakesASecond,
        TransportLimits.HandshakeBurst,
        TransportLimits.HandshakesASecondPerSource,
        TransportLimits.HandshakeBurstPerSource,
        TransportLimits.MaxSources);
}
