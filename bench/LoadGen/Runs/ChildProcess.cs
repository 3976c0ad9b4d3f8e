using System.Diagnostics;
using System.Text.Json.Nodes;

namespace LoadGen.Runs;

/// <summary>Another program, ended by its process id when it is disposed. What it says goes nowhere.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _said;

    private ChildProcess(Process process)
    {
        _process = process;
        _said = Task.WhenAll(process.StandardOutput.BaseStream.CopyToAsync(Stream.Null), process.StandardError.BaseStream.CopyToAsync(Stream.Null));
    }

    public int Id => _process.Id;

    public static ChildProcess Start(params string[] line) => new(StartProcess(line));

    /// <summary>Whether a program is on the path.</summary>
    public static bool IsThere(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, name)));

    /// <summary>Runs a program to its end, and reads the one JSON object that it prints.</summary>
    public static async Task<JsonObject> ReadJsonAsync(double limitSeconds, CancellationToken cancellation, params string[] line)
    {
        using Process process = StartProcess(line);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(limitSeconds));
        try
        {
            Task<string> complaints = process.StandardError.ReadToEndAsync(limit.Token);
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return process.ExitCode == 0 && JsonNode.Parse(output) is JsonObject result
                ? result
                : throw new IOException($"{line[0]} did not do its work: {(await complaints.ConfigureAwait(false)).Trim()} {output.Trim()}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync().ConfigureAwait(false);
        await _said.ConfigureAwait(false);
        _process.Dispose();
    }

    private static Process StartProcess(string[] line)
    {
        var start = new ProcessStartInfo(line[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in line.Skip(1))
        {
            start.ArgumentList.Add(word);
        }

        return Process.Start(start) ?? throw new IOException($"{line[0]} could not be started.");
    }
}
