namespace Acceptance;

/// <summary>A simulated WAN of its own for one test: namespaces joined by paths. Gone when disposed.</summary>
internal sealed class Network : IAsyncDisposable
{
    private readonly string _name;

    private Network(string name) => _name = name;

    public static string AddressOf(int node) => $"10.77.0.{node}";

    public static async Task<Network> UpAsync(int nodes, params string[] settings)
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/dev/net/tun"))
        {
            Assert.Ignore("Network namespaces need root and /dev/net/tun.");
        }

        string name = $"accept-{Environment.ProcessId}-{Guid.NewGuid():N}"[..24];
        _ = await RunningProcess.RunAsync(Binaries.Wan, ["up", $"{nodes}", .. settings, "--name", name]);
        return new Network(name);
    }

    /// <summary>Starts a program inside a node.</summary>
    public RunningProcess Start(int node, string program, params string[] arguments) =>
        new(Binaries.Wan, ["exec", "--name", _name, $"{node}", "--", program, .. arguments]);

    public Task CutAsync(int a, int b) => RunningProcess.RunAsync(Binaries.Wan, "cut", $"{a}", $"{b}", "--name", _name);

    public Task HealAsync() => RunningProcess.RunAsync(Binaries.Wan, "heal", "--all", "--name", _name);

    public Task SetAsync(params string[] settings) => RunningProcess.RunAsync(Binaries.Wan, ["set", .. settings, "--name", _name]);

    public async ValueTask DisposeAsync() => _ = await RunningProcess.RunAsync(Binaries.Wan, "down", "--name", _name);
}
