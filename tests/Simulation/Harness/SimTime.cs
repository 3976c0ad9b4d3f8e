using System.Globalization;

namespace Simulation.Harness;

/// <summary>Units of the virtual clock.</summary>
internal static class SimTime
{
    public const long Us = 1_000;
    public const long Ms = 1_000_000;
    public const long Second = 1_000_000_000;

    /// <summary>Seconds since the start, down to the microsecond, as logs and failures show them.</summary>
    public static string Text(long nowNs) =>
        nowNs == long.MaxValue ? "never" : (nowNs / 1e9).ToString("0.000000", CultureInfo.InvariantCulture) + " s";
}
