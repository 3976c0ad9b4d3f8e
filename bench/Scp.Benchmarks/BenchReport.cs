using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Reports;

namespace Scp.Benchmarks;

/// <summary>
/// What was measured, as a table for people and as JSON lines for programs. Time is stated as a ratio to a peer of the
/// same run, since machines differ and are never quiet; allocated bytes are exact, so they are what gates.
/// </summary>
internal sealed class BenchReport
{
    private readonly Dictionary<string, Measurement> _measurements = [];
    private readonly List<string> _failures = [];

    /// <summary>Each claim: what, against what, in which unit, and the target if there is one.</summary>
    private static readonly Claim[] Claims =
    [
        new("DatagramBenchmarks.Encode", "DatagramBenchmarks.BareSeal", "ns", "lower", "≤ 1.6 ×"),
        new("DatagramBenchmarks.Decode", "DatagramBenchmarks.BareOpen", "ns", "lower", "≤ 1.6 ×"),
        new("SessionBenchmarks.CallWithoutAead", null, "calls/s", "higher", "≥ 400,000/s"),
        new("SessionBenchmarks.CallWithAesGcm", "SessionBenchmarks.CallWithoutAead", "calls/s", "higher", ""),
        new("MessagePackBenchmarks.Encode", "MessagePackBenchmarks.EncodeJson", "ops/s", "higher", "≥ 10,000,000/s"),
        new("MessagePackBenchmarks.Decode", "MessagePackBenchmarks.DecodeJson", "ops/s", "higher", "≥ 10,000,000/s"),
    ];

    public void Add(Summary summary)
    {
        foreach (BenchmarkReport report in summary.Reports)
        {
            string name = $"{report.BenchmarkCase.Descriptor.Type.Name}.{report.BenchmarkCase.Descriptor.WorkloadMethod.Name}";
            if (report.ResultStatistics is not { } statistics)
            {
                _failures.Add(name);
                continue;
            }

            long? allocated = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);
            _measurements[name] = new Measurement(statistics.Median, allocated ?? 0);
        }
    }

    public void Print(TextWriter output)
    {
        output.WriteLine($"{"benchmark",-44}{"median",14}{"allocated",12}");
        foreach ((string name, Measurement measured) in _measurements)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-44}{measured.MedianNs,11:N1} ns{measured.AllocatedBytes,10:N0} B"));
        }

        output.WriteLine();
        output.WriteLine($"{"claim",-44}{"value",20}{"against",16}{"ratio",8}  target");
        foreach (Claim claim in Claims)
        {
            if (!_measurements.TryGetValue(claim.Name, out Measurement? measured))
            {
                continue;
            }

            Measurement? against = claim.Against is null ? null : _measurements.GetValueOrDefault(claim.Against);
            string peer = against is null ? "" : Format(claim.ValueOf(against), claim.Unit);
            string ratio = against is null ? "" : (claim.ValueOf(measured) / claim.ValueOf(against)).ToString("N2", CultureInfo.InvariantCulture);
            output.WriteLine($"{claim.Name,-44}{Format(claim.ValueOf(measured), claim.Unit),20}{peer,16}{ratio,8}  {claim.Target}");
        }
    }

    public void WriteJson(string path)
    {
        using var writer = new StreamWriter(path);
        foreach (Claim claim in Claims)
        {
            if (!_measurements.TryGetValue(claim.Name, out Measurement? measured))
            {
                continue;
            }

            var line = new JsonObject
            {
                ["name"] = claim.Name,
                ["value"] = claim.ValueOf(measured),
                ["unit"] = claim.Unit,
                ["better"] = claim.Better,
            };
            if (claim.Against is { } name && _measurements.TryGetValue(name, out Measurement? against))
            {
                line["against"] = name;
                line["against_value"] = claim.ValueOf(against);
                line["ratio"] = claim.ValueOf(measured) / claim.ValueOf(against);
            }

            line["config"] = new JsonObject
            {
                ["allocated_bytes"] = measured.AllocatedBytes,
                ["cores"] = Environment.ProcessorCount,
                ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
                ["runtime"] = RuntimeInformation.FrameworkDescription,
            };
            writer.WriteLine(line.ToJsonString());
        }
    }

    /// <summary>Every benchmark with a baseline must allocate no more than it says; a benchmark that failed fails here.</summary>
    public bool CheckAllocations(string baselines, TextWriter errors)
    {
        bool holds = _failures.Count == 0;
        foreach (string name in _failures)
        {
            errors.WriteLine($"{name} did not run.");
        }

        foreach ((string name, JsonNode? limit) in JsonNode.Parse(File.ReadAllText(baselines))!.AsObject())
        {
            if (!_measurements.TryGetValue(name, out Measurement? measured))
            {
                errors.WriteLine($"{name} has a baseline in {baselines} but was not measured.");
                holds = false;
            }
            else if (measured.AllocatedBytes > limit!.GetValue<long>())
            {
                errors.WriteLine($"{name} allocates {measured.AllocatedBytes} B an operation; {baselines} allows {limit}.");
                holds = false;
            }
        }

        return holds;
    }

    /// <summary>The baselines beside the benchmarks' sources, found from wherever the program was started.</summary>
    public static string FindBaselines()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "bench", "baselines", "allocations.json");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("bench/baselines/allocations.json is not above the program; run it inside a checkout.");
    }

    private static string Format(double value, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:N0} {unit}");

    private sealed record Measurement(double MedianNs, long AllocatedBytes);

    private sealed record Claim(string Name, string? Against, string Unit, string Better, string Target)
    {
        public double ValueOf(Measurement measurement) =>
            Unit == "ns" ? measurement.MedianNs : 1e9 / measurement.MedianNs;
    }
}
