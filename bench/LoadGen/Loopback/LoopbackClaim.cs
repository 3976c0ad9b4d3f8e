namespace LoadGen.Loopback;

/// <summary>What is said of a figure: in which unit, against what, and what it is meant to reach.</summary>
internal sealed record LoopbackClaim(string Name, string Key, string Unit, double Scale, int Decimals, bool HigherIsBetter, string? Against, string Target)
{
    private const double MaxRoundTripRatio = 2;
    private const double MinRequestsPerSecond = 250_000;
    private const double MinTlsRatio = 0.85;
    private const double MinPlainRatio = 0.80;

    /// <summary>Less than this is nothing: what ends of runs allocate is spread over all their requests.</summary>
    private const double MaxAllocatedBytes = 0.5;

    /// <summary>Whether the value, and what it is measured against, meet the target.</summary>
    public required Func<double, double, bool> IsMet { get; init; }

    public static IEnumerable<LoopbackClaim> All(bool pins)
    {
        foreach ((string place, _, _) in LoopbackCase.Places(pins))
        {
            yield return new($"scp round trip, {place}", "p50_ms", "µs", 1000, 1, false, $"bare ping-pong, {place}", "≤ 2.00 ×") { IsMet = (value, against) => value <= MaxRoundTripRatio * against };
            yield return new($"scp round trip, {place}", "p50_ms", "µs", 1000, 1, false, $"blocking ping-pong, {place}", "") { IsMet = (_, _) => true };
        }

        yield return new("scp requests", "ops_s", "/s", 1, 0, true, "bare requests", "≥ 250,000/s") { IsMet = (value, _) => value >= MinRequestsPerSecond };
        yield return new("scp requests", "client_allocated_bytes", "B client", 1, 2, false, null, "0 B") { IsMet = (value, _) => value < MaxAllocatedBytes };
        yield return new("scp requests", "server_allocated_bytes", "B server", 1, 2, false, null, "0 B") { IsMet = (value, _) => value < MaxAllocatedBytes };
        yield return new("scp bulk", "mbit_s", "Mbit/s", 1, 0, true, "tls bulk", "≥ 0.85 ×") { IsMet = (value, against) => value >= MinTlsRatio * against };
        yield return new("scp plain bulk", "mbit_s", "Mbit/s", 1, 0, true, "tcp bulk", "≥ 0.80 ×") { IsMet = (value, against) => value >= MinPlainRatio * against };
    }
}
