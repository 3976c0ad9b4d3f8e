namespace LoadGen.Measuring;

/// <summary>
/// What became of the requests of one phase. A request that failed counts as slower than the time that it was given, so
/// that no percentile gets better by failing.
/// </summary>
internal sealed class LoadRecorder(long failedNs)
{
    private long _errors;
    private string? _firstFailure;

    public LatencyHistogram Latency { get; } = new();

    /// <summary>How much later than due the generator itself sent.</summary>
    public LatencyHistogram Lateness { get; } = new();

    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Of the errors: not sent, since too many were under way.</summary>
    public long Skipped { get; private set; }

    public string? FirstFailure => _firstFailure;

    public void OnReply(long latencyNs) => Latency.Record(latencyNs);

    public void OnFailed(long ageNs, string why)
    {
        _ = Interlocked.Increment(ref _errors);
        _ = Interlocked.CompareExchange(ref _firstFailure, why, null);
        Latency.Record(Math.Max(ageNs, failedNs));
    }

    /// <summary>By the generator's own thread.</summary>
    public void OnSkipped()
    {
        Skipped++;
        OnFailed(0, "too many requests were under way");
    }
}
