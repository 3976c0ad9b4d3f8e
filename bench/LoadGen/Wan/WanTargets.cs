using Scp.PathModel;

namespace LoadGen.Wan;

/// <summary>Judges results against what SCP is meant to reach, each target as a relation between figures of the same runs.</summary>
internal static class WanTargets
{
    private const string P99 = "p99_ms";
    private const string P999 = "p999_ms";
    private const string Goodput = "mbit_s";
    private const double P99RoundTrips = 0.12;
    private const double P999RoundTrips = 0.25;
    private const double BadDefaultRoundTrips = 2.4;
    private const double BurstRoundTrips = 2;
    private const double BesideMs = 25;
    private const double OfBestTcp = 0.95;
    private const double OfCubic = 5;

    /// <summary>Below this loss, five times cubic on four connections would be more than the link carries.</summary>
    private const double LossThatStopsCubic = 0.01;

    public static IEnumerable<WanVerdict> Judge(WanResults results, IEnumerable<PathProfile> profiles) =>
        profiles.SelectMany(profile => JudgeSmall(results, profile).Concat(JudgeBulk(results, profile)));

    private static IEnumerable<WanVerdict> JudgeSmall(WanResults results, PathProfile profile)
    {
        double rttMs = 2 * profile.OneWayDelayNs / 1e6;
        double scp99 = Value(results, profile, WanPart.Small, "scp", P99);
        double scp999 = Value(results, profile, WanPart.Small, "scp", P999);
        double control99 = Value(results, profile, WanPart.Small, WanContender.Control.Name, P99);
        double control999 = Value(results, profile, WanPart.Small, WanContender.Control.Name, P999);
        if (profile == PathProfiles.Burst)
        {
            yield return WanVerdict.AtMost(profile.Name, "small p99.9", scp999, BurstRoundTrips * rttMs, "ms", "2 RTT");
            yield break;
        }

        yield return WanVerdict.AtMost(profile.Name, "small p99", scp99, control99 + (P99RoundTrips * rttMs), "ms", "control + 0.12 RTT");
        if (profile == PathProfiles.Bad)
        {
            double urgent999 = Value(results, profile, WanPart.Small, "scp urgent", P999);
            yield return WanVerdict.AtMost(profile.Name, "small urgent p99.9", urgent999, control999 + (P999RoundTrips * rttMs), "ms", "control + 0.25 RTT");
            yield return WanVerdict.AtMost(profile.Name, "small p99.9", scp999, BadDefaultRoundTrips * rttMs, "ms", "2.4 RTT");
        }
        else
        {
            yield return WanVerdict.AtMost(profile.Name, "small p99.9", scp999, control999 + (P999RoundTrips * rttMs), "ms", "control + 0.25 RTT");
        }

        if (profile == PathProfiles.Continental)
        {
            yield return WanVerdict.AtMost(profile.Name, "small p99 beside bulk", Value(results, profile, WanPart.Beside, "scp", P99), rttMs + BesideMs, "ms", "RTT + 25 ms");
        }
    }

    private static IEnumerable<WanVerdict> JudgeBulk(WanResults results, PathProfile profile)
    {
        if (profile == PathProfiles.Burst)
        {
            yield break;
        }

        WanResults.Entry? own = Best(results, profile, "scp");
        WanResults.Entry? best = Best(results, profile, "tcp");
        double scp = own?[Goodput] ?? double.NaN;
        string figure = $"bulk by {own?.Cell.Contender.Name ?? "scp"}";
        yield return WanVerdict.AtLeast(profile.Name, figure, scp, OfBestTcp * (best?[Goodput] ?? double.NaN), "Mbit/s", $"0.95 × {best?.Cell.Contender.Name ?? "best TCP"}");
        if (profile.LossProbability >= LossThatStopsCubic)
        {
            double cubic = Value(results, profile, WanPart.Bulk, WanContender.Tcp("cubic", 4).Name, Goodput);
            yield return WanVerdict.AtLeast(profile.Name, figure, scp, OfCubic * cubic, "Mbit/s", "5 × tcp cubic ×4");
        }
    }

    /// <summary>A system's setting that carried most: the best of one is compared with the best of the other.</summary>
    private static WanResults.Entry? Best(WanResults results, PathProfile profile, string system) =>
        results.Of(profile.Name, WanPart.Bulk).Where(entry => entry.Cell.Contender.System == system).MaxBy(entry => entry[Goodput]);

    private static double Value(WanResults results, PathProfile profile, WanPart part, string contender, string key) =>
        results.Find(profile.Name, part, contender)?[key] ?? double.NaN;
}
