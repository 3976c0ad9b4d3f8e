namespace LoadGen.Measuring;

/// <summary>
/// Sends requests when they are due, from a thread of its own, and never waits for replies; latency counts from the moment
/// a request was due, so that a stall shows in all requests that it delayed.
/// </summary>
internal sealed class OpenLoop(IPeerClient client, LoadPlan plan)
{
    /// <summary>Requests under way; past this, those due are not sent and count as errors.</summary>
    public const int MaxOutstanding = 10_000;

    /// <summary>Different requests, so that no two in a row are alike.</summary>
    private const int Requests = 64;

    private readonly byte[][] _requests = [.. Enumerable.Range(0, Requests).Select(_ => RequestFormat.CreateExchange(plan.RequestBytes, plan.ReplyBytes))];
    private int _outstanding;

    /// <summary>Runs for this long, then waits for what is under way.</summary>
    public async Task<LoadRecorder> RunAsync(double seconds)
    {
        var recorder = new LoadRecorder(Clock.Ns(plan.DrainSeconds));
        using var end = new CancellationTokenSource();
        var allSent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Send(seconds, recorder, allSent, end.Token)) { IsBackground = true, Name = "generator" };
        thread.Start();
        await allSent.Task.ConfigureAwait(false);
        long giveUpNs = Clock.NowNs + Clock.Ns(plan.DrainSeconds);
        await WaitWhileOutstandingAsync(giveUpNs).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await WaitWhileOutstandingAsync(long.MaxValue).ConfigureAwait(false);
        return recorder;
    }

    private void Send(double seconds, LoadRecorder recorder, TaskCompletionSource allSent, CancellationToken end)
    {
        try
        {
            Pacer.Sharpen();
            var schedule = new OpenLoopSchedule(Clock.NowNs, plan.RatePerSecond, seconds);
            for (long i = 0; i < schedule.Count; i++)
            {
                long dueNs = schedule.DueNs(i);
                Pacer.SleepUntil(dueNs);
                recorder.Lateness.Record(Clock.NowNs - dueNs);
                if (Volatile.Read(ref _outstanding) >= MaxOutstanding)
                {
                    recorder.OnSkipped();
                    continue;
                }

                _ = Interlocked.Increment(ref _outstanding);
                _ = CallAsync(dueNs, _requests[i % Requests], recorder, end);
            }

            Pacer.SleepUntil(schedule.EndNs);
            _ = allSent.TrySetResult();
        }
        catch (Exception e)
        {
            _ = allSent.TrySetException(e);
        }
    }

    private async Task CallAsync(long dueNs, byte[] request, LoadRecorder recorder, CancellationToken end)
    {
        try
        {
            int length = await client.CallAsync(request, default, end).ConfigureAwait(false);
            long latencyNs = Clock.NowNs - dueNs;
            if (length == plan.ReplyBytes)
            {
                recorder.OnReply(latencyNs);
            }
            else
            {
                recorder.OnFailed(latencyNs, length < 0 ? "no reply" : $"a reply of {length} bytes");
            }
        }
        catch (Exception e)
        {
            recorder.OnFailed(Clock.NowNs - dueNs, e.Message);
        }
        finally
        {
            _ = Interlocked.Decrement(ref _outstanding);
        }
    }

    private async Task WaitWhileOutstandingAsync(long untilNs)
    {
        while (Volatile.Read(ref _outstanding) > 0 && Clock.NowNs < untilNs)
        {
            await Task.Delay(5).ConfigureAwait(false);
        }
    }
}
