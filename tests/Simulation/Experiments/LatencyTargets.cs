using Scp.PathModel;

namespace Simulation.Experiments;

/// <summary>
/// What small requests must reach on each path, from the control measured over the same path without loss, in round trips of
/// the path; and what may be spent on it.
/// </summary>
internal static class LatencyTargets
{
    public const double MaxRedundantShare = 0.30;
    public const double MaxRedundantBytesPerSecond = 32 * 1024;

    private const double P99Slack = 0.12;
    private const double P999Slack = 0.25;
    private const double BadP999 = 2.4;
    private const double BurstP999 = 2;

    public static double RoundTripMs(PathProfile profile) => 2 * profile.OneWayDelayNs / 1e6;

    /// <summary>Null when there is no target.</summary>
    public static double? P99Ms(PathProfile profile, LatencySummary control) =>
        profile.Burst is null ? control.P99Ms + (P99Slack * RoundTripMs(profile)) : null;

    public static double P999Ms(PathProfile profile, LatencySummary control, bool isUrgent)
    {
        double roundTripMs = RoundTripMs(profile);
        if (profile.Burst is not null)
        {
            return BurstP999 * roundTripMs;
        }

        return profile.Name == PathProfiles.Bad.Name && !isUrgent ? BadP999 * roundTripMs : control.P999Ms + (P999Slack * roundTripMs);
    }

    public static bool IsWithinBudget(LatencySummary measured) =>
        measured.RedundantShare <= MaxRedundantShare || measured.RedundantBytesPerSecond <= MaxRedundantBytesPerSecond;
}
