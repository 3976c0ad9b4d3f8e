using Scp.PathModel;

namespace LoadGen.Wan;

/// <summary>Which paths, how often and how long.</summary>
internal sealed record WanPlan
{
    public const string AllProfiles = "continental,intercontinental,bad,burst";

    public required IReadOnlyList<PathProfile> Profiles { get; init; }

    /// <summary>Runs of what targets depend on; their median counts.</summary>
    public int Runs { get; init; } = 3;

    /// <summary>Of each load of small requests.</summary>
    public double Seconds { get; init; } = 30;

    public long BulkBytes { get; init; } = 100_000_000;

    /// <summary>A transfer that takes longer is judged by what had arrived.</summary>
    public double BulkMaxSeconds { get; init; } = 30;

    /// <summary>How often a disturbed measurement is made again.</summary>
    public int Repeats { get; init; } = 2;

    /// <summary>Only what the targets need, and one peer.</summary>
    public bool IsQuick { get; init; }

    public IReadOnlyList<WanPart> Parts { get; init; } = Enum.GetValues<WanPart>();

    public IEnumerable<WanCell> Cells(PathProfile profile, string keys) =>
        Parts.SelectMany(part => part switch
        {
            WanPart.Small => SmallCells(profile, keys),
            WanPart.Thin => IsQuick ? [] : Cells(profile, WanPart.Thin, [], WanContender.Scp(keys), WanContender.Tcp("bbr", 1), WanContender.Control),
            WanPart.Beside => BesideCells(profile, keys),
            _ => BulkCells(profile, keys),
        });

    private IEnumerable<WanCell> SmallCells(PathProfile profile, string keys)
    {
        WanContender[] judged = [WanContender.Scp(keys), WanContender.ScpUrgent(keys), WanContender.Control];
        if (IsQuick)
        {
            return Cells(profile, WanPart.Small, judged, [.. profile == PathProfiles.Bad ? judged : [judged[0], judged[2]], WanContender.Tcp("bbr", 1)]);
        }

        WanContender[] peers = [.. KernelTcp(), WanContender.Http2];
        return Cells(profile, WanPart.Small, judged, [.. judged, .. peers]);
    }

    private IEnumerable<WanCell> BesideCells(PathProfile profile, string keys)
    {
        WanContender scp = WanContender.Scp(keys);
        bool isJudged = profile == PathProfiles.Continental;
        if (IsQuick)
        {
            return isJudged ? Cells(profile, WanPart.Beside, [scp], scp, WanContender.Tcp("bbr", 1)) : [];
        }

        return Cells(profile, WanPart.Beside, isJudged ? [scp] : [], scp, WanContender.Tcp("cubic", 1), WanContender.Tcp("bbr", 1), WanContender.Http2);
    }

    private IEnumerable<WanCell> BulkCells(PathProfile profile, string keys)
    {
        WanContender[] judged = IsQuick
            ? [WanContender.Scp(keys), WanContender.ScpLanes(keys), WanContender.Tcp("cubic", 4), WanContender.Tcp("bbr", 1), WanContender.Tcp("bbr", 4)]
            : [WanContender.Scp(keys), WanContender.ScpLanes(keys), .. KernelTcp()];
        return Cells(profile, WanPart.Bulk, judged, IsQuick ? judged : [.. judged, WanContender.Http2]);
    }

    private static IEnumerable<WanContender> KernelTcp() =>
        from congestionControl in (string[])["cubic", "bbr"]
        from connections in (int[])[1, 4, 8]
        select WanContender.Tcp(congestionControl, connections);

    private static IEnumerable<WanCell> Cells(PathProfile profile, WanPart part, WanContender[] judged, params WanContender[] contenders) =>
        contenders.Select(contender => new WanCell(profile, part, contender, judged.Contains(contender)));
}
