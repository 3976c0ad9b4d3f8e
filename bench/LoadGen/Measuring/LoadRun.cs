using LoadGen.Bulk;

namespace LoadGen.Measuring;

/// <summary>A whole measurement over one client: warm-up, then the load that counts, perhaps with bulk beside.</summary>
internal sealed class LoadRun(IPeerClient client, LoadPlan plan, BulkPlan? beside)
{
    /// <summary>How long bulk runs before the small requests beside it count.</summary>
    private const double BulkLeadSeconds = 3;

    public async Task<LoadResult> RunAsync()
    {
        if (plan.WarmUpSeconds > 0)
        {
            _ = await RunPhaseAsync(plan.WarmUpSeconds, watch: null).ConfigureAwait(false);
        }

        if (beside is null)
        {
            return await MeasureAsync().ConfigureAwait(false);
        }

        using var stop = new CancellationTokenSource();
        Task<BulkResult> bulk = Task.Run(() => new BulkSender(client, beside).RunAsync(stop.Token));
        _ = await RunPhaseAsync(BulkLeadSeconds, watch: null).ConfigureAwait(false);
        LoadResult result = await MeasureAsync().ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        return result with { Beside = await bulk.ConfigureAwait(false) };
    }

    private async Task<LoadResult> MeasureAsync()
    {
        PeerCounters? before = await client.ReadCountersAsync().ConfigureAwait(false);
        var allocations = new AllocationWatch(client, plan.Seconds);
        long startNs = Clock.NowNs;
        LoadRecorder recorder = await RunPhaseAsync(plan.Seconds, allocations.WatchAsync).ConfigureAwait(false);
        double seconds = plan.IsOpenLoop ? plan.Seconds : Clock.Seconds(Clock.NowNs - startNs);
        PeerCounters? after = await client.ReadCountersAsync().ConfigureAwait(false);
        return new LoadResult
        {
            Name = client.Name,
            Latency = recorder.Latency,
            Lateness = recorder.Lateness,
            Errors = recorder.Errors,
            Skipped = recorder.Skipped,
            FirstFailure = recorder.FirstFailure,
            OpsPerSecond = (recorder.Latency.Count - recorder.Errors) / seconds,
            Redundancy = before is null || after is null ? null : (after.Value - before.Value).Redundancy,
            ClientAllocated = allocations.ClientBytes,
            ServerAllocated = allocations.ServerBytes,
        };
    }

    private Task<LoadRecorder> RunPhaseAsync(double seconds, Func<LoadRecorder, Task>? watch) => plan.IsOpenLoop
        ? new OpenLoop(client, plan).RunAsync(seconds)
        : new ClosedLoop(client, plan).RunAsync(seconds, watch);
}
