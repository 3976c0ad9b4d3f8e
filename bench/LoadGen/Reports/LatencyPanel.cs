namespace LoadGen.Reports;

/// <summary>The systems that met the same path.</summary>
internal sealed record LatencyPanel(string Title, IReadOnlyList<LatencyCurve> Curves);
