using System.Globalization;
using System.Text.Json.Nodes;
using LoadGen.Bulk;
using LoadGen.Measuring;

namespace LoadGen.Cli;

/// <summary>What was measured, as a table for people or one JSON object for programs.</summary>
internal static class ResultPrinter
{
    public static void Print(LoadResult result, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(ToJson(result).ToJsonString());
            return;
        }

        output.WriteLine($"{"",-20}{"ops/s",10}{"errors",8}{"p50 ms",10}{"p90 ms",10}{"p99 ms",10}{"p99.9 ms",10}{"max ms",10}{"redundant",11}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Name,-20}{result.OpsPerSecond,10:N0}{result.Errors,8:N0}{Ms(result, 0.5),10}{Ms(result, 0.9),10}{Ms(result, 0.99),10}{Ms(result, 0.999),10}{Ms(result, 1),10}{Share(result.Redundancy),11}"));
        if (result.Lateness.Count > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the generator was late by {result.Lateness.PercentileNs(0.99) / 1e6:0.000} ms at p99, {result.Lateness.LongestNs / 1e6:0.000} ms at most"));
        }

        if (result.ClientAllocated is { } client)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"allocated a request: client {client:0.00} B, server {result.ServerAllocated?.ToString("0.00", CultureInfo.InvariantCulture) ?? "?"} B"));
        }

        if (result.Beside is { } beside)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bulk beside: {beside.MbitPerSecond:0.0} Mbit/s"));
        }

        if (result.FirstFailure is not null)
        {
            output.WriteLine($"the first of {result.Errors} errors: {result.FirstFailure}");
        }
    }

    public static void Print(string name, BulkResult result, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(new JsonObject
            {
                ["name"] = name,
                ["mbit_s"] = Round(result.MbitPerSecond),
                ["bytes"] = result.Bytes,
                ["seconds"] = Round(result.Seconds),
                ["complete"] = result.IsComplete,
            }.ToJsonString());
            return;
        }

        output.WriteLine($"{"",-20}{"Mbit/s",10}{"bytes",16}{"seconds",10}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-20}{result.MbitPerSecond,10:N1}{result.Bytes,16:N0}{result.Seconds,10:0.000}{(result.IsComplete ? "" : "   time ran out: what had arrived counts")}"));
    }

    internal static JsonObject ToJson(LoadResult result)
    {
        var line = new JsonObject
        {
            ["name"] = result.Name,
            ["ops_s"] = Round(result.OpsPerSecond),
            ["errors"] = result.Errors,
            ["p50_ms"] = result.PercentileMs(0.5),
            ["p90_ms"] = result.PercentileMs(0.9),
            ["p99_ms"] = result.PercentileMs(0.99),
            ["p999_ms"] = result.PercentileMs(0.999),
            ["max_ms"] = result.Latency.LongestNs / 1e6,
            ["requests"] = result.Latency.Count,
            ["redundancy"] = result.Redundancy,
        };
        if (result.Lateness.Count > 0)
        {
            line["generator_late_p99_ms"] = result.Lateness.PercentileNs(0.99) / 1e6;
            line["generator_late_max_ms"] = result.Lateness.LongestNs / 1e6;
        }

        if (result.ClientAllocated is not null)
        {
            line["client_allocated_bytes"] = result.ClientAllocated;
            line["server_allocated_bytes"] = result.ServerAllocated;
        }

        if (result.Beside is { } beside)
        {
            line["mbit_s"] = Round(beside.MbitPerSecond);
        }

        if (result.FirstFailure is not null)
        {
            line["first_failure"] = result.FirstFailure;
        }

        return line;
    }

    private static double Round(double value) => Math.Round(value, 3);

    private static string Ms(LoadResult result, double share)
    {
        double ms = result.PercentileMs(share);
        return ms.ToString(ms < 1 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);
    }

    private static string Share(double? share) => share is { } known ? (100 * known).ToString("0.0", CultureInfo.InvariantCulture) + "%" : "-";
}
