using Scp.PathModel;

namespace Simulation.Experiments;

/// <summary>The medians of several runs that differ in their seed alone.</summary>
internal sealed record LatencySummary(double P50Ms, double P99Ms, double P999Ms, double RedundantShare, double RedundantBytesPerSecond, double UrgentShare)
{
    public static LatencySummary OfSessions(PathProfile profile, LatencyTraffic traffic, ulong firstSeed, int runs) =>
        Of(seed => LatencyExperiment.Run(profile, traffic, seed), firstSeed, runs);

    public static LatencySummary OfControl(PathProfile profile, LatencyTraffic traffic, ulong firstSeed, int runs) =>
        Of(seed => LatencyExperiment.RunControl(profile, traffic, seed), firstSeed, runs);

    private static LatencySummary Of(Func<ulong, LatencyResult> run, ulong firstSeed, int runs)
    {
        LatencyResult[] results = [.. Enumerable.Range(0, runs).Select(i => run(firstSeed + (ulong)i))];
        return new LatencySummary(
            Median(results, result => result.PercentileMs(0.5)),
            Median(results, result => result.PercentileMs(0.99)),
            Median(results, result => result.PercentileMs(0.999)),
            Median(results, result => result.RedundantShare),
            Median(results, result => result.RedundantBytesPerSecond),
            Median(results, result => result.BaseBytes == 0 ? 0 : (double)result.UrgentBytes / result.BaseBytes));
    }

    private static double Median(LatencyResult[] results, Func<LatencyResult, double> figure)
    {
        double[] sorted = [.. results.Select(figure).Order()];
        return sorted[sorted.Length / 2];
    }
}
