using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using LoadGen.Bulk;
using LoadGen.Cli;
using LoadGen.Measuring;
using LoadGen.Scp;
using Scp.Transport;
using Scp.Transport.Identity;

[assembly: SupportedOSPlatform("linux")]

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
        catch (Exception e) when (e is IOException or InvalidDataException or TimeoutException or IdentityException or ArgumentException)
        {
            await Console.Error.WriteLineAsync($"loadgen: {e.Message}").ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    private static Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args.Skip(2));
        return args switch
        {
            [] or ["help" or "--help" or "-h", ..] => ShowHelp(),
            [Systems.Scp, "keys", ..] => MakeKeys(arguments),
            [var system, "serve", ..] when Systems.Knows(system) => ServeAsync(system, arguments),
            [var system, "load", ..] when Systems.Knows(system) => LoadAsync(system, arguments),
            [var system, "bulk", ..] when Systems.Knows(system) && system != Systems.Udp => BulkAsync(system, arguments),
            _ => throw new UsageException($"`{string.Join(' ', args.Take(2))}` is no command: see `loadgen --help`."),
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
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        IPeerServer server = await Systems.ServeAsync(system, arguments).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            Console.WriteLine($"listening on {server.LocalEndPoint}");
            await stop.Task.ConfigureAwait(false);
        }

        return ExitCode.Done;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            _ = stop.TrySetResult();
        }
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
            BulkResult result = await new BulkSender(client, plan).RunAsync(default).ConfigureAwait(false);
            ResultPrinter.Print(client.Name, result, json, Console.Out);
        }

        return ExitCode.Done;
    }
}
