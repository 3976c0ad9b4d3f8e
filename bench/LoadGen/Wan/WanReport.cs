using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LoadGen.Reports;
using Scp.PathModel;

namespace LoadGen.Wan;

/// <summary>The results as a page, a picture and lines of JSON.</summary>
internal static class WanReport
{
    public const string PlotFile = "latency.svg";

    public static string ToMarkdown(WanPlan plan, WanResults results)
    {
        var page = new StringBuilder();
        _ = page.AppendLine("# SCP under a simulated WAN").AppendLine();
        _ = page.AppendLine(CultureInfo.InvariantCulture, $"Small requests carry 1 KiB and bring 64 B back, in an open loop of {plan.Seconds} s; latency counts from when each was due. A request that failed counts as slower than all others. Bulk is {plan.BulkBytes / 1e6} MB, or what arrived in {plan.BulkMaxSeconds} s. {(plan.Runs == 1 ? "Each figure is of one run." : $"Figures are medians of {plan.Runs} runs where a target depends on them, of one run elsewhere.")} *Control* is a bare UDP exchange over the same path with its loss set to 0.");
        _ = page.AppendLine().AppendLine($"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, Linux {Environment.OSVersion.Version}.").AppendLine();
        _ = page.AppendLine("## Targets").AppendLine();
        _ = page.AppendLine("| path | figure | measured | limit | | verdict |").AppendLine("| --- | --- | ---: | ---: | --- | --- |");
        foreach (WanVerdict verdict in WanTargets.Judge(results, plan.Profiles))
        {
            _ = page.AppendLine($"| {verdict.Profile} | {verdict.Figure} | {JsonLines.Number(verdict.Value, 2)} {verdict.Unit} | {JsonLines.Number(verdict.Limit, 2)} {verdict.Unit} | {verdict.Rule} | {(verdict.IsMet ? verdict.Word : $"**{verdict.Word}**")} |");
        }

        foreach (PathProfile profile in plan.Profiles)
        {
            AppendPath(page, profile, results);
        }

        _ = page.AppendLine().AppendLine("## Latency of small requests").AppendLine().AppendLine($"![distributions]({PlotFile})");
        int disturbed = results.All.Sum(entry => entry.Disturbed);
        _ = page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{disturbed} of {results.All.Sum(entry => entry.Runs.Count)} measurements count though they were disturbed each time: the simulator was more than 5 ms late for over 0.5% of packets, or others used more than half a core.");
        return page.ToString();
    }

    public static string ToPlot(WanPlan plan, WanResults results) => LatencyPlot.Draw([.. plan.Profiles.Select(profile => new LatencyPanel(
        profile.Name,
        [.. results.Of(profile.Name, WanPart.Small).Where(entry => entry.Latency.Count > 0).Select(entry => new LatencyCurve(entry.Cell.Contender.Name, entry.Latency))]))]);

    public static IEnumerable<JsonObject> ToJson(WanPlan plan, WanResults results)
    {
        foreach (WanVerdict verdict in WanTargets.Judge(results, plan.Profiles).Where(verdict => verdict.IsKnown))
        {
            var config = new JsonObject { ["path"] = verdict.Profile, ["met"] = verdict.IsMet, ["runs"] = plan.Runs, ["seconds"] = plan.Seconds };
            yield return JsonLines.Line($"wan {verdict.Profile} {verdict.Figure}", verdict.Value, verdict.Unit, verdict.HigherIsBetter, verdict.Rule, verdict.Limit, config);
        }

        foreach (WanResults.Entry entry in results.All)
        {
            foreach ((string key, string unit) in (IEnumerable<(string, string)>)[("p50_ms", "ms"), ("p99_ms", "ms"), ("p999_ms", "ms"), ("mbit_s", "Mbit/s")])
            {
                if (double.IsFinite(entry[key]))
                {
                    var config = new JsonObject { ["path"] = entry.Cell.Profile.Name, ["part"] = Id(entry.Cell.Part), ["runs"] = entry.Runs.Count, ["disturbed"] = entry.Disturbed, ["redundancy"] = double.IsFinite(entry["redundancy"]) ? entry["redundancy"] : null };
                    yield return JsonLines.Line($"wan {entry.Cell.Profile.Name} {Id(entry.Cell.Part)} {entry.Cell.Contender.Name} {key}", entry[key], unit, unit != "ms", null, double.NaN, config);
                }
            }
        }
    }

    private static void AppendPath(StringBuilder page, PathProfile profile, WanResults results)
    {
        _ = page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {profile.Name}: RTT {2 * profile.OneWayDelayNs / 1e6} ms, loss {100 * profile.LossProbability}%{(profile.Burst is { } burst ? string.Create(CultureInfo.InvariantCulture, $", outages of {burst.MeanLengthNs / 1e6} ms for {100 * burst.ShareOfTime}% of the time") : "")}");
        foreach (WanPart part in (WanPart[])[WanPart.Small, WanPart.Thin, WanPart.Beside])
        {
            WanResults.Entry[] entries = [.. results.Of(profile.Name, part)];
            if (entries.Length > 0)
            {
                AppendLatencies(page, part, entries);
            }
        }

        WanResults.Entry[] bulk = [.. results.Of(profile.Name, WanPart.Bulk)];
        if (bulk.Length > 0)
        {
            _ = page.AppendLine().AppendLine("| bulk | Mbit/s |").AppendLine("| --- | ---: |");
            foreach (WanResults.Entry entry in bulk)
            {
                _ = page.AppendLine($"| {entry.Cell.Contender.Name} | {JsonLines.Number(entry["mbit_s"], 1)} |");
            }
        }
    }

    private static void AppendLatencies(StringBuilder page, WanPart part, WanResults.Entry[] entries)
    {
        string mbit = part == WanPart.Beside ? " Mbit/s beside |" : "";
        _ = page.AppendLine().AppendLine($"| {Name(part)}, ms | p50 | p90 | p99 | p99.9 | max | errors | redundancy |{mbit}");
        _ = page.AppendLine($"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |{(mbit.Length > 0 ? " ---: |" : "")}");
        foreach (WanResults.Entry entry in entries)
        {
            string figures = string.Join(" | ", ((string[])["p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms"]).Select(key => JsonLines.Number(entry[key], 1)));
            string redundancy = double.IsFinite(entry["redundancy"]) ? JsonLines.Number(100 * entry["redundancy"], 1) + "%" : "";
            _ = page.AppendLine($"| {entry.Cell.Contender.Name} | {figures} | {JsonLines.Number(entry["errors"], 0)} | {redundancy} |{(mbit.Length > 0 ? $" {JsonLines.Number(entry["mbit_s"], 1)} |" : "")}");
        }
    }

    private static string Id(WanPart part) => part.ToString().ToLowerInvariant();

    private static string Name(WanPart part) => part switch
    {
        WanPart.Small => "small, 200/s",
        WanPart.Thin => "thin, 20/s",
        WanPart.Beside => "beside bulk at 50 Mbit/s",
        _ => "bulk",
    };
}
