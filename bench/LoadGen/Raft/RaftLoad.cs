using System.Globalization;
using System.Text.Json.Nodes;
using LoadGen.Cli;
using LoadGen.Measuring;

namespace LoadGen.Raft;

/// <summary>A closed loop of clients, dealt over the groups: each proposes its next command when its last one is applied.</summary>
internal sealed class RaftLoad(RaftClient client, int groups, int concurrency, int valueBytes)
{
    private const double DrainSeconds = 10;

    /// <summary>Runs a warm-up that does not count, then the load that does.</summary>
    public async Task<LoadResult> RunAsync(double warmUpSeconds, double seconds)
    {
        _ = await RunPhaseAsync(warmUpSeconds).ConfigureAwait(false);
        client.ResetTally();
        long startNs = Clock.NowNs;
        LoadRecorder recorder = await RunPhaseAsync(seconds).ConfigureAwait(false);
        return new LoadResult
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"raft, {concurrency} × {groups}"),
            Latency = recorder.Latency,
            Lateness = recorder.Lateness,
            Errors = recorder.Errors,
            FirstFailure = recorder.FirstFailure,
            OpsPerSecond = (recorder.Latency.Count - recorder.Errors) / Clock.Seconds(Clock.NowNs - startNs),
        };
    }

    public void Print(LoadResult result, bool json, TextWriter output)
    {
        RaftTally tally = client.Tally;
        if (json)
        {
            JsonObject line = ResultPrinter.ToJson(result);
            line["retries_not_leader"] = tally.NotLeader;
            line["retries_unknown"] = tally.Unknown;
            line["retries_unreachable"] = tally.Unreachable;
            line["retries_refused"] = tally.Refused;
            output.WriteLine(line.ToJsonString());
            return;
        }

        ResultPrinter.Print(result, json: false, output);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"made again: {tally.NotLeader} not leader, {tally.Unknown} unknown, {tally.Unreachable} not reached, {tally.Refused} refused"));
    }

    private async Task<LoadRecorder> RunPhaseAsync(double seconds)
    {
        var recorder = new LoadRecorder(Clock.Ns(DrainSeconds));
        long endNs = Clock.NowNs + Clock.Ns(seconds);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds + DrainSeconds));
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(i => Task.Run(() => WorkAsync(i, endNs, recorder, limit.Token)))).ConfigureAwait(false);
        return recorder;
    }

    private async Task WorkAsync(int number, long endNs, LoadRecorder recorder, CancellationToken limit)
    {
        int group = 1 + (number % groups);
        byte[] request = RaftFormat.CreateRequest(group, valueBytes);
        var random = new Random(number);
        long startNs = Clock.NowNs;
        while (startNs < endNs)
        {
            RaftFormat.SetKey(request, random.Next(RaftFormat.Keys));
            bool isApplied = await client.ProposeAsync(group, request, limit).ConfigureAwait(false);
            long nowNs = Clock.NowNs;
            if (!isApplied)
            {
                recorder.OnFailed(nowNs - startNs, "not applied before the load's end");
                return;
            }

            recorder.OnReply(nowNs - startNs);
            startNs = nowNs;
        }
    }
}
