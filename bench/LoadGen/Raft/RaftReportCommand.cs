using System.Text.Json.Nodes;
using LoadGen.Cli;
using LoadGen.Reports;
using LoadGen.Runs;

namespace LoadGen.Raft;

/// <summary>`loadgen raft report`.</summary>
internal static class RaftReportCommand
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var plan = new RaftReportPlan
        {
            Rounds = arguments.TakeInt("--rounds", 3, 1, 99),
            Seconds = arguments.TakeNumber("--seconds", 4, 0.5, 600),
            Tries = arguments.TakeInt("--tries", 5, 0, 99),
            UsesTls = arguments.TakeFlag("--tls"),
            EtcdTools = arguments.TakeOption("--etcdload") ?? Path.Combine("artifacts", "bench-raft"),
        };
        string data = Path.GetFullPath(arguments.TakeOption("--data") ?? Path.Combine("artifacts", "bench-raft", "data"));
        string? json = arguments.TakeOption("--json");
        arguments.RefuseMore();
        _ = Directory.CreateDirectory(data);
        if (new DriveInfo(data).DriveFormat is "tmpfs" or "ramfs")
        {
            throw new IOException($"{data} is in memory, where a sync costs nothing: name a directory on a disk with --data.");
        }

        string work = Directory.CreateDirectory(Path.Combine(data, Path.GetRandomFileName())).FullName;
        using var stop = new StopSignal();
        try
        {
            IReadOnlyList<JsonObject> lines = await new RaftReport(plan, work, Console.Out).RunAsync(stop.Token).ConfigureAwait(false);
            if (json is not null)
            {
                JsonLines.Write(json, lines);
            }

            return ExitCode.Done;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
