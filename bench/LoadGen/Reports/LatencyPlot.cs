using System.Globalization;
using System.Security;
using System.Text;

namespace LoadGen.Reports;

/// <summary>
/// Latency distributions as an SVG picture: one panel a path, two in a row. To the right each step is ten times rarer
/// (50%, 90%, 99% …), upwards latency grows on a logarithmic scale.
/// </summary>
internal static class LatencyPlot
{
    private const int PanelWidth = 560;
    private const int PanelHeight = 380;
    private const int PlotLeft = 60;
    private const int PlotTop = 44;
    private const int PlotWidth = 350;
    private const int PlotHeight = 280;
    private const int LegendLeft = PlotLeft + PlotWidth + 16;
    private const int LegendStep = 18;
    private const double MaxNines = 4;

    /// <summary>The highest latency shown, in multiples of the lowest: a system that collapses would flatten all others.</summary>
    private const double MaxSpread = 12;

    /// <summary>Told apart also by those who see few colours, and by dashes beyond the first eight.</summary>
    private static readonly string[] Colors = ["#0072b2", "#d55e00", "#000000", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f"];

    private static readonly (double Nines, string Label)[] Shares =
        [(0, "0"), (Nines(0.5), "50%"), (1, "90%"), (2, "99%"), (3, "99.9%"), (4, "99.99%")];

    public static string Draw(IReadOnlyList<LatencyPanel> panels)
    {
        int rows = (panels.Count + 1) / 2;
        int width = Math.Min(2, Math.Max(1, panels.Count)) * PanelWidth;
        int height = Math.Max(1, rows) * PanelHeight;
        string[] names = [.. panels.SelectMany(panel => panel.Curves).Select(curve => curve.Name).Distinct()];
        var svg = new StringBuilder();
        _ = svg.AppendLine(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif" font-size="12">""");
        _ = svg.AppendLine("""<rect width="100%" height="100%" fill="#ffffff"/>""");
        for (int i = 0; i < panels.Count; i++)
        {
            _ = svg.AppendLine(CultureInfo.InvariantCulture, $"""<g transform="translate({i % 2 * PanelWidth} {i / 2 * PanelHeight})">""");
            DrawPanel(svg, panels[i], names);
            _ = svg.AppendLine("</g>");
        }

        return svg.AppendLine("</svg>").ToString();
    }

    /// <summary>A system has the same colour in all panels, by its place among all names.</summary>
    private static void DrawPanel(StringBuilder svg, LatencyPanel panel, string[] names)
    {
        _ = svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{PlotLeft}" y="26" font-size="15" font-weight="bold">{SecurityElement.Escape(panel.Title)}</text>""");
        (double lowMs, double highMs) = RangeOf(panel);
        DrawAxes(svg, lowMs, highMs);
        for (int i = 0; i < panel.Curves.Count; i++)
        {
            int color = Array.IndexOf(names, panel.Curves[i].Name);
            string stroke = $"stroke=\"{Colors[color % Colors.Length]}\" stroke-width=\"{(color == 0 ? "2.6" : "1.6")}\"{(color >= Colors.Length ? " stroke-dasharray=\"5 3\"" : "")}";
            DrawCurve(svg, panel.Curves[i], lowMs, highMs, stroke);
            int y = PlotTop + 8 + (i * LegendStep);
            _ = svg.AppendLine(CultureInfo.InvariantCulture, $"""<path d="M{LegendLeft} {y} h20" {stroke}/><text x="{LegendLeft + 26}" y="{y + 4}">{SecurityElement.Escape(panel.Curves[i].Name)}{(LeavesScale(panel.Curves[i], highMs) ? " ↑" : "")}</text>""");
        }
    }

    private static void DrawAxes(StringBuilder svg, double lowMs, double highMs)
    {
        foreach ((double nines, string label) in Shares)
        {
            string x = Text(X(nines));
            _ = svg.AppendLine(CultureInfo.InvariantCulture, $"""<path d="M{x} {PlotTop} v{PlotHeight}" stroke="#dddddd"/><text x="{x}" y="{PlotTop + PlotHeight + 18}" text-anchor="middle" fill="#444444">{label}</text>""");
        }

        foreach (double ms in Ticks(lowMs, highMs))
        {
            double y = Y(ms, lowMs, highMs);
            _ = svg.AppendLine(CultureInfo.InvariantCulture, $"""<path d="M{PlotLeft} {Text(y)} h{PlotWidth}" stroke="#dddddd"/><text x="{PlotLeft - 6}" y="{Text(y + 4)}" text-anchor="end" fill="#444444">{ms.ToString("0.##", CultureInfo.InvariantCulture)}</text>""");
        }

        _ = svg.AppendLine(CultureInfo.InvariantCulture, $"""<rect x="{PlotLeft}" y="{PlotTop}" width="{PlotWidth}" height="{PlotHeight}" fill="none" stroke="#888888"/>""");
        _ = svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{PlotLeft + (PlotWidth / 2)}" y="{PlotTop + PlotHeight + 38}" text-anchor="middle" fill="#444444">share of requests answered within</text>""");
        _ = svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="16" y="{PlotTop + (PlotHeight / 2)}" text-anchor="middle" fill="#444444" transform="rotate(-90 16 {PlotTop + (PlotHeight / 2)})">latency, ms</text>""");
    }

    /// <summary>Steps, since a histogram knows no more than its buckets; up to the rarest share that its count can speak of.</summary>
    private static void DrawCurve(StringBuilder svg, LatencyCurve curve, double lowMs, double highMs, string stroke)
    {
        var path = new StringBuilder();
        double total = curve.Latency.Count;
        double seen = 0;
        foreach ((long upToNs, long count) in curve.Latency.Buckets())
        {
            double y = Y(upToNs / 1e6, lowMs, highMs);
            if (upToNs / 1e6 > highMs)
            {
                // It leaves through the top of the frame; the legend has an arrow.
                _ = path.Append(path.Length == 0 ? 'M' : 'L').Append(Text(X(Math.Min(MaxNines, Nines(seen / total))))).Append(' ').Append(Text(y));
                break;
            }

            _ = path.Append(path.Length == 0 ? 'M' : 'L').Append(Text(X(Nines(seen / total)))).Append(' ').Append(Text(y));
            seen += count;
            double nines = seen < total ? Nines(seen / total) : Math.Log10(total);
            _ = path.Append('L').Append(Text(X(Math.Min(MaxNines, nines)))).Append(' ').Append(Text(y));
            if (nines >= MaxNines)
            {
                break;
            }
        }

        _ = svg.AppendLine(CultureInfo.InvariantCulture, $"""<path d="{path}" fill="none" {stroke} stroke-linejoin="round"/>""");
    }

    private static (double LowMs, double HighMs) RangeOf(LatencyPanel panel)
    {
        if (panel.Curves.Count == 0)
        {
            return (1, 10);
        }

        double low = panel.Curves.Min(curve => curve.Latency.PercentileNs(0)) / 1e6;
        double high = panel.Curves.Max(curve => curve.Latency.PercentileNs(1 - Math.Pow(10, -MaxNines))) / 1e6;
        return (Math.Max(1e-3, low * 0.9), Math.Clamp(high * 1.1, low * 2, low * MaxSpread));
    }

    private static bool LeavesScale(LatencyCurve curve, double highMs) => curve.Latency.PercentileNs(1 - Math.Pow(10, -MaxNines)) / 1e6 > highMs;

    private static IEnumerable<double> Ticks(double lowMs, double highMs)
    {
        double[] steps = highMs / lowMs > 30 ? [1, 3] : [1, 1.5, 2, 3, 5, 7];
        for (double decade = Math.Pow(10, Math.Floor(Math.Log10(lowMs))); decade <= highMs; decade *= 10)
        {
            foreach (double step in steps)
            {
                double tick = decade * step;
                if (tick >= lowMs && tick <= highMs)
                {
                    yield return tick;
                }
            }
        }
    }

    private static double Nines(double share) => -Math.Log10(1 - share);

    private static double X(double nines) => PlotLeft + (PlotWidth * nines / MaxNines);

    private static double Y(double ms, double lowMs, double highMs)
    {
        double part = (Math.Log(Math.Clamp(ms, lowMs, highMs)) - Math.Log(lowMs)) / (Math.Log(highMs) - Math.Log(lowMs));
        return PlotTop + PlotHeight - (PlotHeight * part);
    }

    private static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
