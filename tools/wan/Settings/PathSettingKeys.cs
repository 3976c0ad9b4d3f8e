using System.Diagnostics.CodeAnalysis;
using Scp.PathModel;

namespace Wan.Settings;

/// <summary>Everything about a path that can be set, in the order in which the help lists it.</summary>
internal static class PathSettingKeys
{
    private const string Off = "off";
    private const string Unlimited = "unlimited";

    private static readonly PathSettingKey[] All =
    [
        new("profile", $"one of {string.Join(", ", PathProfiles.Names)}", Profile),
        new("delay", $"{Units.TimeExample}, one way", Time((profile, ns) => profile with { OneWayDelayNs = ns })),
        new("rtt", $"{Units.TimeExample}, half of which is each way's delay", Time((profile, ns) => profile with { OneWayDelayNs = ns / 2 })),
        new("jitter", $"{Units.TimeExample}, either way of the delay", Time((profile, ns) => profile with { JitterNs = ns })),
        new("jitter-period", $"{Units.TimeExample}; 0 draws for each packet", Time((profile, ns) => profile with { JitterPeriodNs = ns })),
        new("jitter-shape", "uniform or bell", JitterShapeOf),
        new("order", "kept or free", Order),
        new("loss", Units.ShareExample, Share((profile, share) => profile with { LossProbability = share })),
        new("outages", "LENGTH,SHARE such as 20ms,1%, or off", Outages),
        new("gilbert", "MEAN-LENGTH,SHARE,LOSS such as 20ms,1%,50%, or off", Gilbert),
        new("reorder", "SHARE,DELAY such as 1%,5ms, or off", Reorder),
        new("duplicate", "SHARE or SHARE,DELAY such as 1%,5ms, or off", Duplicate),
        new("corrupt", Units.ShareExample, Share((profile, share) => profile with { CorruptProbability = share })),
        new("rate", $"{Units.RateExample}, or unlimited", Rate),
        new("queue", $"{Units.TimeExample}, or {Units.SizeExample}", Queue),
        new("mtu", Units.SizeExample, Mtu),
    ];

    public static IEnumerable<string> Names => All.Select(key => key.Name);

    public static IReadOnlyList<PathSettingKey> List => All;

    public static bool TryFind(string name, [NotNullWhen(true)] out PathSettingKey? key)
    {
        key = Array.Find(All, candidate => candidate.Name == name);
        return key is not null;
    }

    private static Func<string, Func<PathProfile, PathProfile>?> Time(Func<PathProfile, long, PathProfile> set) =>
        text => Units.TryTime(text, out long ns) ? profile => set(profile, ns) : null;

    private static Func<string, Func<PathProfile, PathProfile>?> Share(Func<PathProfile, double, PathProfile> set) =>
        text => Units.TryShare(text, out double share) ? profile => set(profile, share) : null;

    private static Func<PathProfile, PathProfile>? Profile(string text) =>
        PathProfiles.TryGet(text, out PathProfile? named) ? _ => named : null;

    private static Func<PathProfile, PathProfile>? JitterShapeOf(string text) => text switch
    {
        "uniform" => profile => profile with { JitterShape = JitterShape.Uniform },
        "bell" => profile => profile with { JitterShape = JitterShape.Bell },
        _ => null,
    };

    private static Func<PathProfile, PathProfile>? Order(string text) => text switch
    {
        "kept" => profile => profile with { KeepOrder = true },
        "free" => profile => profile with { KeepOrder = false },
        _ => null,
    };

    private static Func<PathProfile, PathProfile>? Outages(string text)
    {
        if (text == Off)
        {
            return profile => profile with { Burst = null };
        }

        return text.Split(',') is [string length, string share] && Units.TryTime(length, out long ns) && Units.TryShare(share, out double part)
            ? profile => profile with { Burst = BurstProfile.Outages(ns, part) }
            : null;
    }

    private static Func<PathProfile, PathProfile>? Gilbert(string text)
    {
        if (text == Off)
        {
            return profile => profile with { Burst = null };
        }

        return text.Split(',') is [string length, string share, string loss]
            && Units.TryTime(length, out long ns)
            && Units.TryShare(share, out double part)
            && Units.TryShare(loss, out double lost)
                ? profile => profile with { Burst = BurstProfile.GilbertElliott(ns, part, lost) }
                : null;
    }

    private static Func<PathProfile, PathProfile>? Reorder(string text)
    {
        if (text == Off)
        {
            return profile => profile with { ReorderProbability = 0, ReorderDelayNs = 0 };
        }

        return text.Split(',') is [string share, string delay] && Units.TryShare(share, out double part) && Units.TryTime(delay, out long ns)
            ? profile => profile with { ReorderProbability = part, ReorderDelayNs = ns }
            : null;
    }

    private static Func<PathProfile, PathProfile>? Duplicate(string text)
    {
        string[] parts = text == Off ? ["0%"] : text.Split(',');
        long ns = 0;
        return parts.Length <= 2 && Units.TryShare(parts[0], out double share) && (parts.Length == 1 || Units.TryTime(parts[1], out ns))
            ? profile => profile with { DuplicateProbability = share, DuplicateDelayNs = ns }
            : null;
    }

    private static Func<PathProfile, PathProfile>? Rate(string text)
    {
        if (text == Unlimited)
        {
            return profile => profile with { RateBitsPerSecond = 0, QueueNs = 0, QueueBytes = 0 };
        }

        return Units.TryRate(text, out long rate) && rate > 0 ? profile => profile with { RateBitsPerSecond = rate } : null;
    }

    private static Func<PathProfile, PathProfile>? Queue(string text)
    {
        if (Units.TryTime(text, out long ns) && ns > 0)
        {
            return profile => profile with { QueueNs = ns, QueueBytes = 0 };
        }

        return Units.TrySize(text, out long bytes) && bytes > 0 ? profile => profile with { QueueNs = 0, QueueBytes = bytes } : null;
    }

    private static Func<PathProfile, PathProfile>? Mtu(string text) =>
        Units.TrySize(text, out long bytes) && bytes is > 0 and <= PathLimits.MaxMtuBytes
            ? profile => profile with { MtuBytes = (int)bytes }
            : null;
}
