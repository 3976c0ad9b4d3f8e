using System.Globalization;
using System.Text.Json;

namespace Acceptance;

/// <summary>SCP between real processes over a simulated WAN, while things go wrong.</summary>
[CancelAfter(120_000)]
public sealed class ScpFaultTests
{
    private const string Server = "10.77.0.2:7400";

    private string _keys = "";

    [SetUp]
    public async Task MakeKeys()
    {
        _keys = Directory.CreateTempSubdirectory("scp-accept-").FullName;
        _ = await RunningProcess.RunAsync(Binaries.LoadGen, "scp", "keys", _keys);
    }

    [TearDown]
    public void RemoveKeys() => Directory.Delete(_keys, recursive: true);

    [Test]
    public async Task Every_request_over_a_bad_path_is_answered()
    {
        await using Network network = await Network.UpAsync(2, "bad");
        using RunningProcess server = await ServeAsync(network);
        using RunningProcess load = Load(network, seconds: 8);
        JsonElement result = await ResultAsync(load);
        Assert.That(result.GetProperty("errors").GetInt64(), Is.Zero);
        Assert.That(result.GetProperty("ops_s").GetDouble(), Is.GreaterThan(190));
    }

    [Test]
    public async Task A_transfer_survives_a_path_that_is_cut_and_arrives_whole()
    {
        await using Network network = await Network.UpAsync(2, "continental");
        using RunningProcess server = await ServeAsync(network);

        // The receiver's checksum of all bytes is part of the transfer: a wrong one is a failure.
        using RunningProcess bulk = network.Start(1, Binaries.LoadGen, "scp", "bulk", "--keys", _keys, "--target", Server, "--bytes", "60MB", "--lanes", "2", "--json");
        for (int i = 0; i < 3; i++)
        {
            await Task.Delay(1200);
            await network.CutAsync(1, 2);
            await Task.Delay(1500);
            await network.HealAsync();
        }

        Assert.That((await ResultAsync(bulk)).GetProperty("mbit_s").GetDouble(), Is.Positive);
    }

    [Test]
    public async Task A_server_that_stood_still_goes_on_where_it_was()
    {
        await using Network network = await Network.UpAsync(2, "continental");
        using RunningProcess server = await ServeAsync(network);
        using RunningProcess load = Load(network, seconds: 8);
        await Task.Delay(4000);
        server.Pause();
        await Task.Delay(2500);
        server.Continue();
        JsonElement result = await ResultAsync(load);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.GetProperty("errors").GetInt64(), Is.Zero);
            Assert.That(result.GetProperty("max_ms").GetDouble(), Is.InRange(2000, 8000));
        }
    }

    [Test]
    public async Task A_server_that_was_killed_is_replaced_and_serves_again()
    {
        await using Network network = await Network.UpAsync(2, "continental");
        using (RunningProcess server = await ServeAsync(network))
        {
            using RunningProcess interrupted = Load(network, seconds: 8);
            await Task.Delay(4000);
            server.Kill();
            _ = await server.ExitAsync();

            // The session is refused by whoever takes the server's place, so its calls end, and with them the load.
            using RunningProcess stranger = await ServeAsync(network);
            _ = await interrupted.ExitAsync();
            Assert.That(interrupted.Output, Does.Match("\"errors\": ?[1-9]"));
        }

        using RunningProcess next = await ServeAsync(network);
        using RunningProcess load = Load(network, seconds: 3);
        Assert.That((await ResultAsync(load)).GetProperty("errors").GetInt64(), Is.Zero);
    }

    [Test]
    public async Task A_flood_of_connections_leaves_sessions_their_latency_and_the_server_its_memory()
    {
        await using Network network = await Network.UpAsync(3, "continental");
        using RunningProcess server = await ServeAsync(network);
        double alone = await P99Async(network);
        long before = server.ResidentBytes;

        // Fifty loops, each with a connection per round trip: far more than a source may have.
        using RunningProcess flood = network.Start(3, "/bin/bash", "-c", $"""
            for i in $(seq 50); do
              (while true; do exec 3<>/dev/tcp/{Network.AddressOf(2)}/7400 && printf 'GET / HTTP/1.0\r\n\r\n' >&3; exec 3>&-; done) 2>/dev/null &
            done
            trap 'kill $(jobs -p)' EXIT
            read -r -t 20 < <(sleep 20)
            """);
        double flooded = await P99Async(network);
        TestContext.Out.WriteLine($"p99 alone {alone:f1} ms, under the flood {flooded:f1} ms; memory {before >> 20} then {server.ResidentBytes >> 20} MiB");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(flooded, Is.LessThanOrEqualTo(3 * alone));
            Assert.That(server.ResidentBytes - before, Is.LessThan(64L << 20));
        }

        _ = await flood.ExitAsync();
    }

    private async Task<double> P99Async(Network network)
    {
        using RunningProcess load = Load(network, seconds: 6);
        return (await ResultAsync(load)).GetProperty("p99_ms").GetDouble();
    }

    private async Task<RunningProcess> ServeAsync(Network network)
    {
        RunningProcess server = network.Start(2, Binaries.LoadGen, "scp", "serve", "--keys", _keys, "--listen", Server);
        await server.SaysAsync("listening");
        return server;
    }

    private RunningProcess Load(Network network, int seconds) => network.Start(
        1, Binaries.LoadGen, "scp", "load", "--keys", _keys, "--target", Server, "--rate", "200", "--seconds", seconds.ToString(CultureInfo.InvariantCulture), "--json");

    private static async Task<JsonElement> ResultAsync(RunningProcess process)
    {
        int code = await process.ExitAsync();
        string? json = process.Output.Split('\n').LastOrDefault(line => line.StartsWith('{'));
        Assert.That(code == 0 && json is not null, process.Output);
        return JsonDocument.Parse(json!).RootElement.Clone();
    }
}
