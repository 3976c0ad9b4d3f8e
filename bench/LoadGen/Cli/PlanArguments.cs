using LoadGen.Bulk;
using LoadGen.Measuring;

namespace LoadGen.Cli;

/// <summary>What to measure, from the command line; the same words for every system.</summary>
internal static class PlanArguments
{
    private const double MaxRate = 1_000_000;
    private const int MaxInFlight = 65_536;
    private const double MaxSeconds = 86_400;
    private const int MaxBlockBytes = 4 * 1024 * 1024;

    public static LoadPlan TakeLoad(Arguments arguments)
    {
        int inFlight = arguments.TakeInt("--in-flight", 0, 1, MaxInFlight);
        double rate = arguments.TakeNumber("--rate", 0, 0.01, MaxRate);
        if (inFlight > 0 && rate > 0)
        {
            throw new UsageException("Say either --rate, for an open loop, or --in-flight, for a closed one.");
        }

        var defaults = new LoadPlan();
        return defaults with
        {
            RatePerSecond = inFlight > 0 ? 0 : rate > 0 ? rate : defaults.RatePerSecond,
            InFlight = inFlight,
            RequestBytes = arguments.TakeInt("--request", defaults.RequestBytes, RequestFormat.MinRequestBytes, RequestFormat.MaxBytes),
            ReplyBytes = arguments.TakeInt("--reply", defaults.ReplyBytes, 0, RequestFormat.MaxBytes),
            Seconds = arguments.TakeNumber("--seconds", defaults.Seconds, 0.1, MaxSeconds),
            WarmUpSeconds = arguments.TakeNumber("--warm-up", defaults.WarmUpSeconds, 0, MaxSeconds),
            DrainSeconds = arguments.TakeNumber("--drain", defaults.DrainSeconds, 0, MaxSeconds),
        };
    }

    /// <summary>Bulk that runs beside small requests: so many bytes, or `saturate`.</summary>
    public static BulkPlan? TakeBeside(Arguments arguments)
    {
        if (arguments.TakeOption("--bulk-beside") is not { } word)
        {
            return null;
        }

        if (word == "saturate")
        {
            return new BulkPlan { Bytes = BulkPlan.Endless, MaxSeconds = MaxSeconds };
        }

        return ByteSize.TryParse(word, out long bytes) ? new BulkPlan { Bytes = bytes, MaxSeconds = MaxSeconds }
            : throw new UsageException($"--bulk-beside {word}: a size such as 100MB, or saturate, is meant.");
    }

    public static BulkPlan TakeBulk(Arguments arguments) => new()
    {
        Bytes = arguments.TakeBytes("--bytes", 100_000_000),
        MaxSeconds = arguments.TakeNumber("--max-seconds", 600, 0.1, MaxSeconds),
        WarmUpBytes = arguments.TakeBytes("--warm-up-bytes", 0),
        BlockBytes = (int)Math.Min(MaxBlockBytes, arguments.TakeBytes("--block", 256 * 1024)),
        Checks = !arguments.TakeFlag("--no-check"),
    };
}
