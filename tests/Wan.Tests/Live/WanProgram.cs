using System.Diagnostics;

namespace Wan.Tests.Live;

/// <summary>Runs the program as a user does, with a run directory of the test's own.</summary>
internal sealed class WanProgram(string runDirectory)
{
    private const int TimeoutMs = 30_000;

    public (int ExitCode, string Output, string Complaints) Run(params string[] words)
    {
        var start = new ProcessStartInfo(Dotnet(), [Path.Combine(AppContext.BaseDirectory, "wan.dll"), .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["SCPF_WAN_DIR"] = runDirectory;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> complaints = process.StandardError.ReadToEndAsync();
        Assert.That(process.WaitForExit(TimeoutMs), Is.True, $"wan {string.Join(' ', words)} does not end");
        return (process.ExitCode, output.Result, complaints.Result);
    }

    /// <summary>Runs what must succeed, and returns what it printed.</summary>
    public string Do(params string[] words)
    {
        (int exitCode, string output, string complaints) = Run(words);
        Assert.That(exitCode, Is.Zero, $"wan {string.Join(' ', words)}: {complaints}");
        return output;
    }

    private static string Dotnet() =>
        Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
}
