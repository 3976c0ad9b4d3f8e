using System.Globalization;
using Scp.PathModel;

namespace LoadGen.Wan;

/// <summary>One measurement: who does what over which path.</summary>
/// <param name="IsJudged">A target depends on it: it is measured in every run, the others once.</param>
internal sealed record WanCell(PathProfile Profile, WanPart Part, WanContender Contender, bool IsJudged)
{
    public const string ServerAddress = "10.77.0.2:7400";

    private const double BulkOverheadSeconds = 4;
    private const double LoadOverheadSeconds = 5;
    private const double BulkLeadSeconds = 3;

    /// <summary>Waiting for what stalled, and starting both sides, take this much at most beyond the plan.</summary>
    private const double GraceSeconds = 120;

    public string Key => $"{Profile.Name}/{Part}/{Contender.Name}";

    public string Serve => $"{Contender.System} serve --listen {ServerAddress} {Contender.ServeWords}";

    /// <summary>What is set on the path, besides the profile.</summary>
    public IEnumerable<string> PathSettings()
    {
        if (Part == WanPart.Beside)
        {
            yield return "rate=50mbit";
        }

        if (Contender.LosesNothing)
        {
            yield return "loss=0";
            yield return "outages=off";
        }
    }

    public string Load(WanPlan plan, string histogram)
    {
        string common = $"--target {ServerAddress} {Contender.LoadWords}";
        return Part switch
        {
            WanPart.Bulk => string.Create(CultureInfo.InvariantCulture, $"{Contender.System} bulk {common} --bytes {plan.BulkBytes} --max-seconds {plan.BulkMaxSeconds}"),
            WanPart.Thin => string.Create(CultureInfo.InvariantCulture, $"{Contender.System} load {common} --rate 20 --seconds {plan.Seconds} --histogram {histogram}"),
            WanPart.Beside => string.Create(CultureInfo.InvariantCulture, $"{Contender.System} load {common} --rate 200 --seconds {plan.Seconds} --histogram {histogram} --bulk-beside saturate"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Contender.System} load {common} --rate 200 --seconds {plan.Seconds} --histogram {histogram}"),
        };
    }

    /// <summary>How long it takes, as far as that can be told before.</summary>
    public double ExpectedSeconds(WanPlan plan) => Part switch
    {
        WanPart.Bulk => BulkOverheadSeconds + (plan.BulkMaxSeconds / 2),
        WanPart.Beside => LoadOverheadSeconds + BulkLeadSeconds + plan.Seconds,
        _ => LoadOverheadSeconds + plan.Seconds,
    };

    public double LimitSeconds(WanPlan plan) => GraceSeconds + (Part == WanPart.Bulk ? plan.BulkMaxSeconds : plan.Seconds);
}
