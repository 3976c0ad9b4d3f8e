namespace Scp.Protocol.Tests.Congestion;

internal static class Units
{
    public const long Ms = 1_000_000;
    public const long Second = 1_000_000_000;

    /// <summary>Bytes a second.</summary>
    public static long Mbit(double megabits) => (long)(megabits * 125_000);
}
