using System.Globalization;
using System.Text.Json.Nodes;
using LoadGen.Measuring;
using LoadGen.Runs;
using Scp.PathModel;

namespace LoadGen.Wan;

/// <summary>
/// Measures all cells of a plan, one after the other: of each path first everything once, then what targets depend on
/// again. A cell during which the simulator was late, or others were busy, is measured again.
/// </summary>
internal sealed class WanRunner(WanPlan plan, string wanPath, string workDirectory, TextWriter progress)
{
    private const int ServerNode = 2;
    private const int ClientNode = 1;
    private const double MaxLateShare = 0.005;
    private const double MaxOthersCores = 0.5;

    private readonly string _keys = Path.Combine(workDirectory, "keys");
    private readonly Dictionary<string, double> _tookSeconds = [];

    public WanResults Results { get; } = new();

    /// <summary>Runs until done or cancelled; <paramref name="onProfile"/> after each path, when a report is worth while.</summary>
    public async Task RunAsync(Action onProfile, CancellationToken cancellation)
    {
        Scp.ScpKeys.Create(_keys);
        (PathProfile Profile, int Run, WanCell Cell)[] cells = [.. Enumerate()];
        int done = 0;
        foreach (IGrouping<PathProfile, (PathProfile Profile, int Run, WanCell Cell)> path in cells.GroupBy(item => item.Profile))
        {
            await using var wan = new WanTool(wanPath, $"bench-{Environment.ProcessId}");
            await wan.UpAsync(path.Key.Name).ConfigureAwait(false);
            foreach ((_, int run, WanCell cell) in path)
            {
                double left = cells.Skip(done).Sum(item => Expected(item.Cell));
                await progress.WriteLineAsync($"{++done,4} of {cells.Length}: {cell.Key}, run {run}; about {TimeSpan.FromSeconds(left):h\\:mm\\:ss} left").ConfigureAwait(false);
                await MeasureQuietlyAsync(wan, cell, cancellation).ConfigureAwait(false);
            }

            onProfile();
        }
    }

    private IEnumerable<(PathProfile Profile, int Run, WanCell Cell)> Enumerate() =>
        from profile in plan.Profiles
        from run in Enumerable.Range(1, plan.Runs)
        from cell in plan.Cells(profile, _keys)
        where run == 1 || cell.IsJudged
        select (profile, run, cell);

    private double Expected(WanCell cell) => _tookSeconds.TryGetValue(cell.Key, out double seconds) ? seconds : cell.ExpectedSeconds(plan);

    private async Task MeasureQuietlyAsync(WanTool wan, WanCell cell, CancellationToken cancellation)
    {
        for (int attempt = 0; ; attempt++)
        {
            string histogram = Path.Combine(workDirectory, "latency");
            File.Delete(histogram);
            JsonObject result = await MeasureAsync(wan, cell, histogram, cancellation).ConfigureAwait(false);
            double lateShare = result["late_share"]!.GetValue<double>();
            double othersCores = result["others_cores"]!.GetValue<double>();
            bool isDisturbed = lateShare > MaxLateShare || othersCores > MaxOthersCores;
            if (isDisturbed && attempt < plan.Repeats)
            {
                await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"      again: the simulator was late for {100 * lateShare:0.00}% of packets, others used {othersCores:0.00} cores")).ConfigureAwait(false);
                continue;
            }

            result["disturbed"] = isDisturbed;
            Results.Add(cell, result, File.Exists(histogram) ? LatencyHistogram.Load(histogram) : null);
            return;
        }
    }

    private async Task<JsonObject> MeasureAsync(WanTool wan, WanCell cell, string histogram, CancellationToken cancellation)
    {
        await wan.SetAsync(["profile=" + cell.Profile.Name, .. cell.PathSettings()]).ConfigureAwait(false);
        long startNs = Clock.NowNs;
        var watch = new MachineWatch(wan.Pid);
        JsonObject result;
        JsonObject path;
        ProcessRun server = await ProcessRun.ServeAsync(wan.Inside(ServerNode), cell.Serve, cancellation).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            _ = await wan.ReadStatisticsAsync(reset: true).ConfigureAwait(false);
            try
            {
                result = await ProcessRun.MeasureAsync(wan.Inside(ClientNode), cell.Load(plan, histogram), cell.LimitSeconds(plan), cancellation).ConfigureAwait(false);
            }
            catch (IOException failure)
            {
                // One system that fails on one path is a finding, and no reason to lose the others.
                await progress.WriteLineAsync($"      {failure.Message}").ConfigureAwait(false);
                result = new JsonObject { ["failure"] = failure.Message };
            }

            path = await wan.ReadStatisticsAsync(reset: false).ConfigureAwait(false);
        }

        _tookSeconds[cell.Key] = Clock.Seconds(Clock.NowNs - startNs);
        result["late_share"] = path["lateness"]?["late_share"]?.GetValue<double>() ?? 0;
        result["others_cores"] = Math.Round(watch.OthersCores(), 2);
        return result;
    }
}
