using Consensus;
using Fabric.Node;
using LoadGen.Cli;
using LoadGen.Measuring;
using LoadGen.Runs;
using LoadGen.Scp;

namespace LoadGen.Raft;

/// <summary>`loadgen raft …`: consensus under load.</summary>
internal static class RaftCommands
{
    private const int MaxGroups = 100_000;
    private const int MaxClients = 65_536;
    private const int MaxValueBytes = 1024 * 1024;
    private const double MaxSeconds = 86_400;

    public static Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args.Skip(1));
        return args switch
        {
            ["keys", ..] => MakeKeys(arguments),
            ["serve", ..] => ServeAsync(arguments),
            ["load", ..] => LoadAsync(arguments),
            ["report", ..] => RaftReportCommand.RunAsync(arguments),
            _ => throw new UsageException("`raft` is followed by keys, serve, load or report: see `loadgen --help`."),
        };
    }

    private static Task<int> MakeKeys(Arguments arguments)
    {
        string directory = arguments.TakeWord() ?? throw new UsageException("The directory for the keys is missing.");
        int nodes = arguments.TakeInt("--count", 3, 1, 99);
        arguments.RefuseMore();
        ScpKeys.Create(directory, NamesOf(nodes));
        return Task.FromResult(ExitCode.Done);
    }

    internal static string[] NamesOf(int nodes) => [ScpKeys.Client, .. Enumerable.Range(1, nodes).Select(i => RaftNodes.NameOf((ulong)i))];

    private static async Task<int> ServeAsync(Arguments arguments)
    {
        using var stop = new StopSignal();
        bool endsWithInput = arguments.TakeFlag("--end-with-input");
        NodeDirectory nodes = RaftNodes.Take(arguments);
        var id = new NodeId((ulong)arguments.TakeInt("--id", 0, 1, int.MaxValue));
        string data = arguments.TakeOption("--data") ?? throw new UsageException("--data DIR is missing: where the node's log is, or is to be.");
        var options = new RaftServerOptions(id, nodes, data, arguments.TakeInt("--groups", 1, 1, MaxGroups))
        {
            Keys = arguments.TakeOption("--keys"),
            Workers = arguments.TakeInt("--workers", 1, 1, 64),
        };
        arguments.RefuseMore();
        if (nodes.Find(id) is null)
        {
            throw new UsageException($"--id {id.Value} is none of --nodes.");
        }

        RaftServer server = await RaftServer.StartAsync(options, Console.Error.WriteLine).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            Console.WriteLine($"{ProcessRun.ReadyWords}{server.LocalEndPoint}");
            Task inputEnd = endsWithInput ? Console.OpenStandardInput().CopyToAsync(Stream.Null) : Task.Delay(Timeout.Infinite);
            Task first = await Task.WhenAny(stop.Task, inputEnd, server.Failed).ConfigureAwait(false);
            await Console.Error.WriteLineAsync(server.Describe()).ConfigureAwait(false);
            return first != server.Failed ? ExitCode.Done : throw new IOException($"the node cannot go on: {(await server.Failed.ConfigureAwait(false)).Message}");
        }
    }

    private static async Task<int> LoadAsync(Arguments arguments)
    {
        NodeDirectory nodes = RaftNodes.Take(arguments);
        int groups = arguments.TakeInt("--groups", 1, 1, MaxGroups);
        int concurrency = arguments.TakeInt("--concurrency", 64, 1, MaxClients);
        int valueBytes = arguments.TakeInt("--value", 256, 0, MaxValueBytes);
        double seconds = arguments.TakeNumber("--seconds", 10, 0.1, MaxSeconds);
        double warmUp = arguments.TakeNumber("--warm-up", 2, 0, MaxSeconds);
        var timeout = TimeSpan.FromMilliseconds(arguments.TakeInt("--timeout-ms", 1_000, 1, 3_600_000));
        string? keys = arguments.TakeOption("--keys");
        bool json = arguments.TakeFlag("--json");
        arguments.RefuseMore();
        var client = new RaftClient(nodes, groups, keys, timeout);
        await using (client.ConfigureAwait(false))
        {
            var load = new RaftLoad(client, groups, concurrency, valueBytes);
            LoadResult result = await load.RunAsync(warmUp, seconds).ConfigureAwait(false);
            load.Print(result, json, Console.Out);
            return result.OpsPerSecond > 0 ? ExitCode.Done : ExitCode.Unreachable;
        }
    }
}
