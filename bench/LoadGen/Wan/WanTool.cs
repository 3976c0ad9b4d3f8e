using System.Diagnostics;
using System.Text.Json.Nodes;

namespace LoadGen.Wan;

/// <summary>The WAN simulator, by its command line. Disposing takes the WAN down.</summary>
internal sealed class WanTool(string path, string name) : IAsyncDisposable
{
    private bool _isUp;

    public int Pid { get; private set; }

    /// <summary>What stands before a command that is to run in a node.</summary>
    public string[] Inside(int node) => [path, "exec", "--name", name, $"{node}", "--"];

    public async Task UpAsync(string profile)
    {
        _ = await RunAsync("up", "2", profile, "--name", name).ConfigureAwait(false);
        _isUp = true;
        Pid = (await ReadStatisticsAsync(reset: true).ConfigureAwait(false))["pid"]?.GetValue<int>() ?? 0;
    }

    public async Task SetAsync(IEnumerable<string> settings) => _ = await RunAsync(["set", "--name", name, .. settings]).ConfigureAwait(false);

    public async Task<JsonObject> ReadStatisticsAsync(bool reset)
    {
        string output = await RunAsync(["stats", "--json", "--name", name, .. reset ? ["--reset"] : Array.Empty<string>()]).ConfigureAwait(false);
        return JsonNode.Parse(output) as JsonObject ?? throw new InvalidDataException("`wan stats --json` printed no object.");
    }

    public async Task DownAsync()
    {
        if (_isUp)
        {
            _isUp = false;
            _ = await RunAsync("down", "--name", name).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync() => await DownAsync().ConfigureAwait(false);

    private async Task<string> RunAsync(params string[] words)
    {
        var start = new ProcessStartInfo(path) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in words)
        {
            start.ArgumentList.Add(word);
        }

        using Process process = Process.Start(start) ?? throw new IOException($"{path} could not be started.");
        Task<string> complaint = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode == 0 ? output : throw new IOException((await complaint.ConfigureAwait(false)).Trim());
    }
}
