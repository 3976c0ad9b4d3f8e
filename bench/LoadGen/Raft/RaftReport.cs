using System.Globalization;
using System.Text.Json.Nodes;
using LoadGen.Reports;
using LoadGen.Runs;

namespace LoadGen.Raft;

/// <summary>
/// Three of our nodes, and three of etcd where it is installed, on one disk and in one run: loads in turns, so that a
/// disturbance meets both alike, then the leader killed again and again. etcd is loaded over as many connections as we
/// have, and over one a client up to a hundred, and is given the better of the two for each figure.
/// </summary>
internal sealed class RaftReport(RaftReportPlan plan, string workDirectory, TextWriter output)
{
    private const double MaxFailoverMs = 800;
    private const double MaxOthersCores = 0.5;
    private const int MaxRepeats = 2;
    private const int MaxEtcdConnections = 100;
    private const double LimitSeconds = 60;

    /// <summary>After a node came back, until it counts again: a restarted voter keeps still for the longest election timeout.</summary>
    private const int RecoverMs = 4_000;

    private readonly Dictionary<(RaftCell Cell, bool IsOurs), List<JsonObject>> _results = [];
    private readonly List<double> _failovers = [];
    private readonly List<double> _etcdFailovers = [];
    private int _disturbed;

    public async Task<IReadOnlyList<JsonObject>> RunAsync(CancellationToken cancellation)
    {
        string? missing = EtcdPeer.WhatIsMissing(plan.EtcdTools);
        if (missing is not null)
        {
            await output.WriteLineAsync(missing).ConfigureAwait(false);
        }

        RaftCluster ours = await RaftCluster.StartAsync(workDirectory, RaftCell.All.Max(cell => cell.Groups), plan.UsesTls, cancellation).ConfigureAwait(false);
        await using (ours.ConfigureAwait(false))
        {
            if (missing is not null)
            {
                await MeasureAllAsync(ours, null, null, cancellation).ConfigureAwait(false);
            }
            else
            {
                EtcdCluster etcd = await EtcdCluster.StartAsync(workDirectory, cancellation).ConfigureAwait(false);
                await using (etcd.ConfigureAwait(false))
                {
                    await MeasureAllAsync(ours, etcd, new EtcdPeer(etcd, plan.EtcdTools), cancellation).ConfigureAwait(false);
                }
            }
        }

        return Report();
    }

    private async Task MeasureAllAsync(RaftCluster ours, EtcdCluster? etcd, EtcdPeer? peer, CancellationToken cancellation)
    {
        for (int round = 1; round <= plan.Rounds; round++)
        {
            foreach (RaftCell cell in RaftCell.All)
            {
                await output.WriteAsync($"\rround {round} of {plan.Rounds}: {cell.Name,-40}").ConfigureAwait(false);
                int[] alive = [.. ours.ProcessIds, .. etcd?.ProcessIds ?? []];
                await AddAsync(cell, isOurs: true, alive, () => MeasureOursAsync(ours, cell, cancellation)).ConfigureAwait(false);
                if (peer is not null)
                {
                    await AddAsync(cell, isOurs: false, alive, () => MeasureEtcdAsync(peer, cell, cancellation)).ConfigureAwait(false);
                }
            }
        }

        for (int i = 1; i <= plan.Tries; i++)
        {
            await output.WriteAsync($"\rkill -9 of the leader, {i} of {plan.Tries}{"",-40}").ConfigureAwait(false);
            (double ms, int killed) = await RaftFailover.MeasureAsync(ours, cancellation).ConfigureAwait(false);
            _failovers.Add(ms);
            await ours.StartNodeAsync(killed, cancellation).ConfigureAwait(false);
            if (peer is not null)
            {
                (ms, killed) = await peer.MeasureFailoverAsync(cancellation).ConfigureAwait(false);
                _etcdFailovers.Add(ms);
                await etcd!.RestartAsync(killed, cancellation).ConfigureAwait(false);
            }

            await Task.Delay(RecoverMs, cancellation).ConfigureAwait(false);
        }
    }

    private async Task AddAsync(RaftCell cell, bool isOurs, int[] alive, Func<Task<JsonObject>> measure)
    {
        _ = _results.TryAdd((cell, isOurs), []);
        for (int attempt = 0; ; attempt++)
        {
            var watch = new MachineWatch(alive);
            JsonObject result = await measure().ConfigureAwait(false);
            bool isQuiet = watch.OthersCores() <= MaxOthersCores;
            if (isQuiet || attempt == MaxRepeats)
            {
                _disturbed += isQuiet ? 0 : 1;
                _results[(cell, isOurs)].Add(result);
                return;
            }
        }
    }

    private Task<JsonObject> MeasureOursAsync(RaftCluster ours, RaftCell cell, CancellationToken cancellation)
    {
        string words = string.Create(CultureInfo.InvariantCulture, $"raft load {ours.ClientWords} --groups {cell.Groups} --concurrency {cell.Clients} --value 256 --seconds {plan.Seconds} --warm-up {RaftReportPlan.WarmUpSeconds}");
        return ProcessRun.MeasureAsync([], words, LimitSeconds, cancellation);
    }

    private async Task<JsonObject> MeasureEtcdAsync(EtcdPeer peer, RaftCell cell, CancellationToken cancellation)
    {
        int[] connections = [.. new[] { Math.Min(RaftCluster.Count, cell.Clients), Math.Min(MaxEtcdConnections, cell.Clients) }.Distinct()];
        var results = new List<JsonObject>();
        foreach (int count in connections)
        {
            results.Add(await peer.MeasureAsync(cell.Clients, count, plan.Seconds, RaftReportPlan.WarmUpSeconds, cancellation).ConfigureAwait(false));
        }

        return new JsonObject
        {
            ["ops_s"] = results.Max(result => result["ops_s"]!.GetValue<double>()),
            ["p50_ms"] = results.Min(result => result["p50_ms"]!.GetValue<double>()),
            ["p99_ms"] = results.Min(result => result["p99_ms"]!.GetValue<double>()),
        };
    }

    private List<JsonObject> Report()
    {
        output.WriteLine($"\r{"",-70}\rmedians of {plan.Rounds} rounds of {plan.Seconds} s, 256-byte values, fdatasync on; {_disturbed} measurements counted though others used more than half a core");
        output.WriteLine($"{"",-26}{"",-7}{"ours",12}{"etcd",12}{"ratio",8}  target");
        var lines = new List<JsonObject>();
        foreach (RaftCell cell in RaftCell.All)
        {
            lines.Add(Claim(cell, "ops_s", "/s", higherIsBetter: true, cell.MinOpsRatio));
            lines.Add(Claim(cell, "p50_ms", "ms", higherIsBetter: false, cell.MaxP50Ratio));
            lines.Add(Claim(cell, "p99_ms", "ms", higherIsBetter: false, cell.MaxP99Ratio));
        }

        if (plan.Tries > 0)
        {
            double ms = Median.Of(_failovers);
            bool isMet = ms <= MaxFailoverMs;
            lines.Add(Line("kill -9 of the leader", "ms", "ms", false, ms, Median.Of(_etcdFailovers), $"≤ {MaxFailoverMs} ms", isMet));
            output.WriteLine($"{"",-26}of {string.Join(", ", _failovers.Select(one => JsonLines.Number(one, 0)))} ms{(_etcdFailovers.Count == 0 ? "" : $"; etcd {string.Join(", ", _etcdFailovers.Select(one => JsonLines.Number(one, 0)))} ms")}");
        }

        return lines;
    }

    private JsonObject Claim(RaftCell cell, string key, string unit, bool higherIsBetter, double? wanted)
    {
        double value = ValueOf(cell, isOurs: true, key);
        double etcd = ValueOf(cell, isOurs: false, key);
        double ratio = value / etcd;
        string target = wanted is not { } bound ? "" : $"{(higherIsBetter ? "≥" : "≤")} {JsonLines.Number(bound, 2)} ×";
        bool? isMet = wanted is not { } limit || double.IsNaN(ratio) ? null : higherIsBetter ? ratio >= limit : ratio <= limit;
        return Line(cell.Name, key, unit, higherIsBetter, value, etcd, target, isMet);
    }

    private JsonObject Line(string name, string key, string unit, bool higherIsBetter, double value, double etcd, string target, bool? isMet)
    {
        int decimals = unit == "/s" ? 0 : 2;
        string what = key.Replace("_s", "/s", StringComparison.Ordinal).Replace('_', ' ');
        string verdict = isMet switch { null => "", true => "met", false => "MISSED" };
        output.WriteLine($"{name,-26}{what,-7}{JsonLines.Number(value, decimals),12}{JsonLines.Number(etcd, decimals),12}{JsonLines.Number(value / etcd, 2),8}  {target,-12}{verdict}");
        var config = new JsonObject { ["rounds"] = plan.Rounds, ["seconds"] = plan.Seconds, ["value_bytes"] = 256, ["sync"] = "fdatasync", ["tls"] = plan.UsesTls, ["target"] = target, ["met"] = isMet };
        return JsonLines.Line($"raft {name} {key}", value, unit, higherIsBetter, double.IsNaN(etcd) ? null : "etcd", etcd, config);
    }

    private double ValueOf(RaftCell cell, bool isOurs, string key) => _results.TryGetValue((cell, isOurs), out List<JsonObject>? results)
        ? Median.Of(results.Select(result => result[key]?.GetValue<double>() ?? double.NaN))
        : double.NaN;
}
