namespace Scp.Protocol.Tests.Redundancy;

/// <summary>One direction of a modelled path: delay, jitter that may reorder, and losses alone or in outages.</summary>
internal sealed class ModelPath(PathProfile profile, Random random)
{
    private long _outageAtNs = NextOutage(profile, random, 0);

    /// <summary>When a packet sent now arrives; negative when it is lost.</summary>
    public long ArrivalOf(long nowNs)
    {
        bool isLost = random.NextDouble() < profile.Loss;
        long jitterNs = profile.JitterNs == 0 ? 0 : random.NextInt64(-profile.JitterNs / 2, (profile.JitterNs / 2) + 1);
        while (profile.OutageNs > 0 && nowNs >= _outageAtNs + profile.OutageNs)
        {
            _outageAtNs = NextOutage(profile, random, nowNs);
        }

        isLost |= profile.OutageNs > 0 && nowNs >= _outageAtNs;
        return isLost ? -1 : nowNs + (profile.RttNs / 2) + jitterNs;
    }

    private static long NextOutage(PathProfile profile, Random random, long nowNs) => profile.OutageNs == 0
        ? long.MaxValue
        : nowNs + (long)(-Math.Log(1 - random.NextDouble()) * profile.OutageNs / profile.OutageShare);
}

/// <summary>A round trip with its jitter (each direction has half of both), losses and outages per direction.</summary>
internal sealed record PathProfile(string Name, long RttNs, long JitterNs, double Loss, long OutageNs = 0, double OutageShare = 0)
{
    private const long Ms = 1_000_000;

    public static readonly PathProfile Continental = new("continental", 40 * Ms, 0, 0.001);
    public static readonly PathProfile Intercontinental = new("intercontinental", 80 * Ms, 0, 0.01);
    public static readonly PathProfile Bad = new("bad", 150 * Ms, 20 * Ms, 0.03);
    public static readonly PathProfile Burst = new("burst", 80 * Ms, 0, 0, 20 * Ms, 0.01);

    public PathProfile WithoutLoss() => this with { Loss = 0, OutageNs = 0 };
}
