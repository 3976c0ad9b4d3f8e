namespace Tidy.Purity;

/// <summary>
/// Shells have clocks, but only monotonic ones: what is timed by the wall clock goes wrong when somebody sets it. It is
/// read where a certificate is judged, whose validity is told in its terms, and nowhere else.
/// </summary>
public static class WallClockRule
{
    private const string Monotonic = "it jumps when it is set: use MonotonicClock";

    public static IReadOnlyList<string> Assemblies { get; } = ["Scp.Transport"];

    public static IReadOnlyList<string> Judges { get; } = ["src/Scp.Transport/Identity/PeerVerifier.cs"];

    public static IReadOnlyList<BannedApi> Clocks { get; } =
    [
        new("System.DateTime", Monotonic,
            "static object M() => System.DateTime.Now;",
            "static object M() => System.DateTime.UtcNow;",
            "static object M() => System.DateTime.Today;")
        {
            Members = ["get_Now", "get_UtcNow", "get_Today"],
        },
        new("System.DateTimeOffset", Monotonic, "static object M() => System.DateTimeOffset.Now;", "static object M() => System.DateTimeOffset.UtcNow;")
        {
            Members = ["get_Now", "get_UtcNow"],
        },
        new("System.TimeProvider", Monotonic,
            "static object M(System.TimeProvider t) => t.GetUtcNow();",
            "static object M() => System.TimeProvider.System.GetLocalNow();")
        {
            Members = ["GetUtcNow", "GetLocalNow"],
        },
    ];

    public static IEnumerable<Finding> Check(IEnumerable<ApiUse> uses) =>
        uses.Where(use => Clocks.Any(clock => clock.Matches(use)) && !Judges.Any(judge => use.File?.EndsWith(judge, StringComparison.Ordinal) == true))
            .Select(use => new Finding(use.File ?? use.By, use.Line, $"{use.By} reads the wall clock: {Monotonic}"));
}
