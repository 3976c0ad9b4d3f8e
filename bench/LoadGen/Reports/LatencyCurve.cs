using LoadGen.Measuring;

namespace LoadGen.Reports;

/// <summary>One system's latencies, and its name in the legend.</summary>
internal sealed record LatencyCurve(string Name, LatencyHistogram Latency);
