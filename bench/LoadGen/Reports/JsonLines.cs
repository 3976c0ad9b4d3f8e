using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoadGen.Reports;

/// <summary>Measurements as the project's benchmarks write them: one JSON object a line.</summary>
internal static class JsonLines
{
    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject Line(string name, double value, string unit, bool higherIsBetter, string? against, double againstValue, JsonObject config)
    {
        var line = new JsonObject { ["name"] = name, ["value"] = Finite(value), ["unit"] = unit, ["better"] = higherIsBetter ? "higher" : "lower" };
        if (against is not null)
        {
            line["against"] = against;
            line["against_value"] = Finite(againstValue);
            line["ratio"] = Finite(value / againstValue);
        }

        config["cores"] = Environment.ProcessorCount;
        config["architecture"] = RuntimeInformation.ProcessArchitecture.ToString();
        config["runtime"] = RuntimeInformation.FrameworkDescription;
        config["kernel"] = Environment.OSVersion.Version.ToString();
        line["config"] = config;
        return line;
    }

    public static void Write(string path, IEnumerable<JsonObject> lines) => File.WriteAllLines(path, lines.Select(line => line.ToJsonString(Format)));

    public static string Number(double value, int decimals) =>
        double.IsFinite(value) ? value.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : "-";

    /// <summary>JSON knows no infinity.</summary>
    private static JsonValue? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
