namespace Acceptance;

/// <summary>Where the programs under test were built.</summary>
internal static class Binaries
{
    private static readonly string Artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));

    public static string LoadGen { get; } = Path.Combine(Artifacts, "bin", "LoadGen", "release", "loadgen");

    public static string Wan { get; } = Path.Combine(Artifacts, "bin", "wan", "release", "wan");
}
