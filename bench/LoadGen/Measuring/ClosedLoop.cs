namespace LoadGen.Measuring;

/// <summary>Keeps so many requests under way: each worker sends its next as soon as it has its reply. For throughput, and for round trips on an idle path.</summary>
internal sealed class ClosedLoop(IPeerClient client, LoadPlan plan)
{
    private readonly byte[] _request = RequestFormat.CreateExchange(plan.RequestBytes, plan.ReplyBytes);

    /// <summary>
    /// Runs until the time is over and every worker has its last reply. While it runs, <paramref name="watch"/> may look on.
    /// </summary>
    public async Task<LoadRecorder> RunAsync(double seconds, Func<LoadRecorder, Task>? watch = null)
    {
        var recorder = new LoadRecorder(Clock.Ns(plan.DrainSeconds));
        using var end = new CancellationTokenSource();
        long endNs = Clock.NowNs + Clock.Ns(seconds);
        Task[] workers = [.. Enumerable.Range(0, plan.InFlight).Select(_ => Task.Run(() => WorkAsync(endNs, recorder, end.Token)))];
        var all = Task.WhenAll(workers);
        if (watch is not null)
        {
            await watch(recorder).ConfigureAwait(false);
        }

        end.CancelAfter(TimeSpan.FromSeconds(Math.Max(0, Clock.Seconds(endNs - Clock.NowNs)) + plan.DrainSeconds));
        await all.ConfigureAwait(false);
        return recorder;
    }

    private async Task WorkAsync(long endNs, LoadRecorder recorder, CancellationToken end)
    {
        long startNs = Clock.NowNs;
        while (startNs < endNs)
        {
            int length = await client.CallAsync(_request, default, end).ConfigureAwait(false);
            long nowNs = Clock.NowNs;
            if (length != plan.ReplyBytes)
            {
                recorder.OnFailed(nowNs - startNs, length < 0 ? "no reply" : "a reply of another length");
                return;
            }

            recorder.OnReply(nowNs - startNs);
            startNs = nowNs;
        }
    }
}
