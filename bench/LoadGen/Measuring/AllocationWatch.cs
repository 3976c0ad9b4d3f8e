namespace LoadGen.Measuring;

/// <summary>
/// Measures what a request allocates while a closed loop runs steadily: from a fifth of its time to four fifths, in all of
/// both processes, since work is spread over threads.
/// </summary>
internal sealed class AllocationWatch(IPeerClient client, double seconds)
{
    public double? ClientBytes { get; private set; }

    public double? ServerBytes { get; private set; }

    public async Task WatchAsync(LoadRecorder recorder)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds / 5)).ConfigureAwait(false);
        PeerCounters? serverBefore = await client.ReadCountersAsync().ConfigureAwait(false);
        long requestsBefore = recorder.Latency.Count;
        long clientBefore = GC.GetTotalAllocatedBytes(precise: true);
        await Task.Delay(TimeSpan.FromSeconds(seconds * 3 / 5)).ConfigureAwait(false);
        long clientAfter = GC.GetTotalAllocatedBytes(precise: true);
        double requests = Math.Max(1, recorder.Latency.Count - requestsBefore);
        PeerCounters? serverAfter = await client.ReadCountersAsync().ConfigureAwait(false);
        ClientBytes = (clientAfter - clientBefore) / requests;
        if (serverBefore is not null && serverAfter is not null)
        {
            ServerBytes = (serverAfter.Value - serverBefore.Value).ServerAllocatedBytes / requests;
        }
    }
}
