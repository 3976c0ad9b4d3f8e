using System.Text.Json.Nodes;
using LoadGen.Reports;
using LoadGen.Runs;
using LoadGen.Scp;

namespace LoadGen.Loopback;

/// <summary>
/// SCP over loopback against the bare thing, each in two processes of its own, in turns so that a disturbance meets all
/// alike. What others disturbed is measured again, so many times and no more.
/// </summary>
internal sealed class LoopbackReport(int rounds, double seconds, string workDirectory, TextWriter output)
{
    private const double MaxOthersCores = 0.5;
    private const int MaxRepeats = 2;
    private const double LimitSeconds = 60;

    private static readonly string[] NoPrefix = [];
    private readonly Dictionary<string, List<JsonObject>> _results = [];
    private int _disturbed;

    public async Task<IReadOnlyList<JsonObject>> RunAsync(bool pins, CancellationToken cancellation)
    {
        string keys = Path.Combine(workDirectory, "keys");
        ScpKeys.Create(keys);
        LoopbackCase[] cases = [.. LoopbackCase.All(keys, seconds, pins)];
        for (int round = 1; round <= rounds; round++)
        {
            foreach (LoopbackCase item in cases)
            {
                await output.WriteAsync($"\rround {round} of {rounds}: {item.Name,-50}").ConfigureAwait(false);
                _ = _results.TryAdd(item.Name, []);
                _results[item.Name].Add(await MeasureQuietlyAsync(item, cancellation).ConfigureAwait(false));
            }
        }

        await output.WriteLineAsync($"\r{"",-70}\r{cases.Length} measurements, medians of {rounds}; {_disturbed} counted though others used more than half a core").ConfigureAwait(false);
        return [.. LoopbackClaim.All(pins).Select(Report)];
    }

    private async Task<JsonObject> MeasureQuietlyAsync(LoopbackCase item, CancellationToken cancellation)
    {
        for (int attempt = 0; ; attempt++)
        {
            var watch = new MachineWatch();
            JsonObject result;
            ProcessRun server = await ProcessRun.ServeAsync(item.ServerCore is { } a ? ["taskset", "-c", a] : NoPrefix, item.Serve, cancellation).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                result = await ProcessRun.MeasureAsync(item.ClientCore is { } b ? ["taskset", "-c", b] : NoPrefix, $"{item.Load} --target {server.Address}", LimitSeconds, cancellation).ConfigureAwait(false);
            }

            if (watch.OthersCores() <= MaxOthersCores)
            {
                return result;
            }

            if (attempt == MaxRepeats)
            {
                _disturbed++;
                return result;
            }
        }
    }

    private JsonObject Report(LoopbackClaim claim)
    {
        double value = ValueOf(claim.Name, claim.Key);
        double against = claim.Against is null ? double.NaN : ValueOf(claim.Against, claim.Key);
        bool isMet = claim.IsMet(value, against);
        string ratio = claim.Against is null ? "" : JsonLines.Number(value / against, 2);
        output.WriteLine($"{claim.Name,-38}{JsonLines.Number(value * claim.Scale, claim.Decimals),12} {claim.Unit,-11}{claim.Against ?? "",-34}{(claim.Against is null ? "" : JsonLines.Number(against * claim.Scale, claim.Decimals)),12}{ratio,7}  {claim.Target,-14}{(claim.Target.Length == 0 ? "" : isMet ? "met" : "MISSED")}");
        var config = new JsonObject { ["rounds"] = rounds, ["seconds"] = seconds, ["target"] = claim.Target, ["met"] = isMet };
        return JsonLines.Line($"loopback {claim.Name}", value * claim.Scale, claim.Unit, claim.HigherIsBetter, claim.Against, against * claim.Scale, config);
    }

    private double ValueOf(string name, string key) => Median.Of(_results[name].Select(result => result[key]?.GetValue<double>() ?? double.NaN));
}
