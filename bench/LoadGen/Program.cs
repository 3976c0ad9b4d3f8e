using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Consensus;
using Consensus.Log;
using LoadGen.Bulk;
using LoadGen.Cli;
using LoadGen.Loopback;
using LoadGen.Measuring;
using LoadGen.Peers.Bare;
using LoadGen.Raft;
using LoadGen.Reports;
using LoadGen.Runs;
using LoadGen.Scp;
using LoadGen.Wan;
using Scp.Protocol;
using Scp.Transport;
using Scp.Transport.Identity;

namespace LoadGen;

/// <summary>Picks the command and turns what went wrong into a sentence and an exit code.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            return await RunAsync(args).ConfigureAwait(false);
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync($"loadgen: {e.Message}").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is ScpConnectException or SocketException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync($"loadgen: the server cannot be reached: {e.Message}").ConfigureAwait(false);
            return ExitCode.Unreachable;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or TimeoutException or IdentityException or ConsensusException or LogRefusedException or LogCorruptException or ArgumentException or OperationCanceledException or Win32Exception)
        {
            await Console.Error.WriteLineAsync($"loadgen: {e.Message}").ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    private static Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args.Skip(2));
        if (args.Contains("--help"))
        {
            return ShowHelp();
        }

        return args switch
        {
            [] or ["help" or "--help" or "-h", ..] => ShowHelp(),
            [Systems.Scp, "keys", ..] => MakeKeys(arguments),
            ["wan-report", ..] => WanReportCommand.RunAsync(new Arguments(args.Skip(1))),
            ["raft", .. var rest] => RaftCommands.RunAsync(rest),
            ["loopback", ..] => RunLoopbackAsync(new Arguments(args.Skip(1))),
            [Systems.Bare, "load", ..] => LoadBare(arguments),
            [Systems.Bare, "serve", ..] => ServeAsync(Systems.Bare, arguments),
            [var system, "serve", ..] when Systems.Knows(system) => ServeAsync(system, arguments),
            [var system, "load", ..] when Systems.Knows(system) => LoadAsync(system, arguments),
            [var system, "bulk", ..] when Systems.Knows(system) && system != Systems.Udp => BulkAsync(system, arguments),
            _ => throw new UsageException($"`{string.Join(' ', args.Take(2))}` is not a command: see `loadgen --help`."),
        };
    }

    private static Task<int> ShowHelp()
    {
        Help.WriteTo(Console.Out);
        return Task.FromResult(ExitCode.Done);
    }

    private static Task<int> MakeKeys(Arguments arguments)
    {
        string directory = arguments.TakeWord() ?? throw new UsageException("The directory for the keys is missing.");
        arguments.RefuseMore();
        ScpKeys.Create(directory);
        Console.Error.WriteLine($"Keys for both sides are in {directory}: give it to `loadgen scp serve` and `scp load` as --keys.");
        return Task.FromResult(ExitCode.Done);
    }

    private static async Task<int> ServeAsync(string system, Arguments arguments)
    {
        using var stop = new StopSignal();
        bool endsWithInput = arguments.TakeFlag("--end-with-input");
        IPeerServer server;
        try
        {
            server = await Systems.ServeAsync(system, arguments).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new IOException($"this address cannot be listened on: {e.Message}", e);
        }

        await using (server.ConfigureAwait(false))
        {
            Console.WriteLine($"{ProcessRun.ReadyWords}{server.LocalEndPoint}");
            Task inputEnd = endsWithInput ? Console.OpenStandardInput().CopyToAsync(Stream.Null) : Task.Delay(Timeout.Infinite);
            _ = await Task.WhenAny(stop.Task, inputEnd).ConfigureAwait(false);
        }

        return ExitCode.Done;
    }

    private static async Task<int> LoadAsync(string system, Arguments arguments)
    {
        Func<Task<IPeerClient>> connect = Systems.TakeClient(system, arguments);
        LoadPlan plan = PlanArguments.TakeLoad(arguments);
        BulkPlan? beside = PlanArguments.TakeBeside(arguments);
        string? histogram = arguments.TakeOption("--histogram");
        bool json = arguments.TakeFlag("--json");
        arguments.RefuseMore();
        if (beside is not null && system == Systems.Udp)
        {
            throw new UsageException("The control carries no bulk.");
        }

        IPeerClient client = await connect().ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            LoadResult result = await new LoadRun(client, plan, beside).RunAsync().ConfigureAwait(false);
            ResultPrinter.Print(result, json, Console.Out);
            if (histogram is not null)
            {
                result.Latency.Save(histogram);
            }

            if (result.Errors > 0 && result.OpsPerSecond == 0)
            {
                await Console.Error.WriteLineAsync($"loadgen: no request was answered: is it a `loadgen {system} serve` that listens there?").ConfigureAwait(false);
                return ExitCode.Failed;
            }
        }

        return ExitCode.Done;
    }

    private static Task<int> LoadBare(Arguments arguments)
    {
        IPEndPoint target = arguments.TakeEndPoint("--target") ?? throw new UsageException("--target ADDR is missing.");
        bool blocks = arguments.TakeFlag("--block");
        LoadPlan plan = PlanArguments.TakeLoad(arguments);
        bool json = arguments.TakeFlag("--json");
        arguments.RefuseMore();
        if (plan.IsOpenLoop || plan.RequestBytes is < BareLoad.MinBytes or > ScpLimits.MaxDatagramBytes)
        {
            throw new UsageException($"The bare peer runs with --in-flight, and with --request of {BareLoad.MinBytes} to {ScpLimits.MaxDatagramBytes} bytes.");
        }

        ResultPrinter.Print(new BareLoad(target, plan).Run(blocks), json, Console.Out);
        return Task.FromResult(ExitCode.Done);
    }

    private static async Task<int> RunLoopbackAsync(Arguments arguments)
    {
        int rounds = arguments.TakeInt("--rounds", 5, 1, 99);
        double seconds = arguments.TakeNumber("--seconds", 2, 0.5, 600);
        bool pins = !arguments.TakeFlag("--free");
        string? json = arguments.TakeOption("--json");
        arguments.RefuseMore();
        using var work = new WorkDirectory();
        using var stop = new StopSignal();
        IReadOnlyList<JsonObject> lines = await new LoopbackReport(rounds, seconds, work.Path, Console.Out).RunAsync(pins, stop.Token).ConfigureAwait(false);
        if (json is not null)
        {
            JsonLines.Write(json, lines);
        }

        return ExitCode.Done;
    }

    private static async Task<int> BulkAsync(string system, Arguments arguments)
    {
        Func<Task<IPeerClient>> connect = Systems.TakeClient(system, arguments);
        BulkPlan plan = PlanArguments.TakeBulk(arguments);
        bool json = arguments.TakeFlag("--json");
        arguments.RefuseMore();
        IPeerClient client = await connect().ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            if (plan.WarmUpBytes > 0)
            {
                _ = await new BulkSender(client, plan with { Bytes = plan.WarmUpBytes }).RunAsync(default).ConfigureAwait(false);
            }

            BulkResult result = await new BulkSender(client, plan).RunAsync(default).ConfigureAwait(false);
            ResultPrinter.Print(client.Name, result, json, Console.Out);
        }

        return ExitCode.Done;
    }
}
