using Simulation.Cluster;
using Simulation.Commands;
using Simulation.Protocol;

namespace Simulation;

/// <summary>Runs simulations and experiments from the command line; the tests of this project run a few of them.</summary>
internal static class Program
{
    private const string Usage = """
        usage: dotnet run --project tests/Simulation -c Release -- COMMAND [options]

          scp [--seed S] [--count N] [--workers W] [--keep-going]   the protocol under faults, N seeds from S on
          scp --seed S --trace                                      one seed with everything that happens in it
          cluster [--seed S] [--count N] [--workers W] [--keep-going]
                                                                    consensus: whole clusters under faults
          cluster --seed S --trace                                  one seed with everything that happens in it
          latency [--profile P] [--rate R] [--seconds T] [--urgent] [--seed S]
                                                                    small requests against the targets, in virtual time
          fairness [--seconds T] [--seed S]                         the datagram lane beside a loss-halving flow
          capacity [--seconds T] [--seed S]                         the datagram lane alone
          check-history --file FILE [--seconds T]                   whether a key-value store's history is linearizable
        """;

    public static int Main(string[] args)
    {
        if (!CommandArguments.TryParse(args, out CommandArguments? arguments, out string? problem))
        {
            Console.Error.WriteLine(problem);
            return 2;
        }

        return arguments.Command switch
        {
            "scp" => new SeedCommand("scp", World.RunSeed, ScpCoverage.Counters, coverageNeedsSeeds: 100).Run(arguments, Console.Out, Console.Error),
            "cluster" => new SeedCommand("cluster", ClusterWorld.RunSeed, ClusterCoverage.Counters, coverageNeedsSeeds: 60).Run(arguments, Console.Out, Console.Error),
            "latency" => LatencyCommand.Run(arguments, Console.Out, Console.Error),
            "fairness" => FairnessCommand.Run(arguments, Console.Out),
            "capacity" => CapacityCommand.Run(arguments, Console.Out),
            "check-history" => CheckHistoryCommand.Run(arguments, Console.Out, Console.Error),
            _ => ShowUsage(),
        };
    }

    private static int ShowUsage()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }
}
