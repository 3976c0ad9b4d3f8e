using LoadGen.Cli;
using LoadGen.Reports;
using LoadGen.Runs;
using Scp.PathModel;

namespace LoadGen.Wan;

/// <summary>`loadgen wan-report`: measures, and writes the report after each path, so that an end before time loses little.</summary>
internal static class WanReportCommand
{
    private const double QuickSeconds = 10;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        string wan = arguments.TakeOption("--wan") ?? "wan";
        string directory = arguments.TakeOption("--output") ?? Path.Combine("artifacts", "bench-wan");
        string? json = arguments.TakeOption("--json");
        WanPlan plan = TakePlan(arguments);
        arguments.RefuseMore();
        _ = Directory.CreateDirectory(directory);
        using var work = new WorkDirectory();
        using var stop = new StopSignal();
        int code = ExitCode.Done;
        var runner = new WanRunner(plan, wan, work.Path, Console.Error);
        try
        {
            await runner.RunAsync(Write, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            code = ExitCode.Failed;
            await Console.Error.WriteLineAsync("Stopped: the report holds what was measured so far.").ConfigureAwait(false);
        }

        Write();
        await Console.Out.WriteAsync(WanReport.ToMarkdown(plan, runner.Results)).ConfigureAwait(false);
        await Console.Error.WriteLineAsync($"The report is in {Path.Combine(directory, "report.md")}.").ConfigureAwait(false);
        return code;

        void Write()
        {
            File.WriteAllText(Path.Combine(directory, "report.md"), WanReport.ToMarkdown(plan, runner.Results));
            File.WriteAllText(Path.Combine(directory, WanReport.PlotFile), WanReport.ToPlot(plan, runner.Results));
            if (json is not null)
            {
                JsonLines.Write(json, WanReport.ToJson(plan, runner.Results));
            }
        }
    }

    internal static WanPlan TakePlan(Arguments arguments)
    {
        bool isQuick = arguments.TakeFlag("--quick");
        var defaults = new WanPlan { Profiles = [.. (arguments.TakeOption("--profiles") ?? WanPlan.AllProfiles).Split(',').Select(FindProfile)] };
        return defaults with
        {
            IsQuick = isQuick,
            Runs = arguments.TakeInt("--runs", isQuick ? 1 : defaults.Runs, 1, 99),
            Seconds = arguments.TakeNumber("--seconds", isQuick ? QuickSeconds : defaults.Seconds, 1, 3600),
            BulkBytes = arguments.TakeBytes("--bytes", defaults.BulkBytes),
            BulkMaxSeconds = arguments.TakeNumber("--bulk-seconds", isQuick ? QuickSeconds : defaults.BulkMaxSeconds, 1, 3600),
            Repeats = arguments.TakeInt("--repeats", isQuick ? 0 : defaults.Repeats, 0, 99),
            Parts = arguments.TakeOption("--parts") is { } parts ? [.. parts.Split(',').Select(FindPart)] : defaults.Parts,
        };
    }

    private static PathProfile FindProfile(string name) => PathProfiles.TryGet(name, out PathProfile? profile) ? profile
        : throw new UsageException($"{name} is no path: use some of {string.Join(", ", PathProfiles.Names)}.");

    private static WanPart FindPart(string name) => Enum.TryParse(name, ignoreCase: true, out WanPart part) && Enum.IsDefined(part) ? part
        : throw new UsageException($"{name} is no part: use some of {string.Join(", ", Enum.GetNames<WanPart>()).ToLowerInvariant()}.");
}
