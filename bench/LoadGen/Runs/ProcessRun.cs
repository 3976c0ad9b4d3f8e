using System.Diagnostics;
using System.Text.Json.Nodes;

namespace LoadGen.Runs;

/// <summary>
/// This program again, as another process: a server that ends when it is disposed (or when its input closes, should its
/// parent die), or a client whose one JSON object is awaited.
/// </summary>
internal sealed class ProcessRun : IAsyncDisposable
{
    /// <summary>What a server prints once it can be reached; its address follows.</summary>
    public const string ReadyWords = "listening on ";

    private const int StartMs = 20_000;

    private readonly Process _process;
    private readonly Task<string> _complaints;

    private ProcessRun(Process process)
    {
        _process = process;
        _complaints = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>Where the server can be reached.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts `PREFIX loadgen WORDS` and waits until it listens.</summary>
    public static async Task<ProcessRun> ServeAsync(IReadOnlyList<string> prefix, string words, CancellationToken cancellation)
    {
        ProcessRun run = Start(prefix, words + " --end-with-input");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartMs);
        try
        {
            string? line = await run._process.StandardOutput.ReadLineAsync(limit.Token).ConfigureAwait(false);
            if (line is not null && line.StartsWith(ReadyWords, StringComparison.Ordinal))
            {
                run.Address = line[ReadyWords.Length..];
                return run;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Too slow: said below, as for one that ended.
        }

        throw await run.FailAsync(words).ConfigureAwait(false);
    }

    /// <summary>Runs `PREFIX loadgen WORDS --json` to its end.</summary>
    public static async Task<JsonObject> MeasureAsync(IReadOnlyList<string> prefix, string words, double limitSeconds, CancellationToken cancellation)
    {
        ProcessRun run = Start(prefix, words + " --json");
        await using (run.ConfigureAwait(false))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(TimeSpan.FromSeconds(limitSeconds));
            try
            {
                string output = await run._process.StandardOutput.ReadToEndAsync(limit.Token).ConfigureAwait(false);
                await run._process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
                if (run._process.ExitCode == 0 && JsonNode.Parse(output) is JsonObject result)
                {
                    return result;
                }
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // It took longer than it could: said below.
            }

            throw await run.FailAsync(words).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private static ProcessRun Start(IReadOnlyList<string> prefix, string words)
    {
        string[] line = [.. prefix, Path.Combine(AppContext.BaseDirectory, "loadgen"), .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        var start = new ProcessStartInfo(line[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string word in line.Skip(1))
        {
            start.ArgumentList.Add(word);
        }

        return new ProcessRun(Process.Start(start) ?? throw new IOException($"{line[0]} could not be started."));
    }

    private async Task<IOException> FailAsync(string words)
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        string complaint = await _complaints.ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
        return new IOException($"`loadgen {words}` did not do its work: {(complaint.Length > 0 ? complaint.Trim() : "it said nothing")}");
    }
}
