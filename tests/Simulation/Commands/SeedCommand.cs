using Simulation.Harness;

namespace Simulation.Commands;

/// <summary>Runs a simulator over many seeds and says what failed, how to see it again, and what was covered.</summary>
/// <param name="name">As the command line has it.</param>
/// <param name="runSeed">Runs one seed, and writes what happens in it to the log, if there is one.</param>
/// <param name="coverageNeedsSeeds">Fewer seeds than this may miss something rare by chance.</param>
internal sealed class SeedCommand(
    string name, Func<ulong, TextWriter?, SeedResult> runSeed, IReadOnlyList<CoverageCounter> counters, int coverageNeedsSeeds)
{
    private const int DefaultCount = 2_000;
    private const int DefaultWorkers = 2;

    public int Run(CommandArguments arguments, TextWriter output, TextWriter errors)
    {
        ulong seed = arguments.Number("seed", 1);
        if (arguments.Has("trace"))
        {
            return RunOne(seed, output);
        }

        int count = (int)arguments.Number("count", arguments.Has("seed") ? 1UL : DefaultCount);
        int workers = (int)arguments.Number("workers", DefaultWorkers);
        var runner = new SeedRunner(s => runSeed(s, null), counters);
        runner.Run(seed, count, workers, arguments.Has("keep-going"), new SeedProgress(errors, !Console.IsErrorRedirected));
        CoverageTable.Write(output, runner.Coverage);
        output.WriteLine();
        output.WriteLine(FormattableString.Invariant(
            $"{runner.Done} {(runner.Done == 1 ? "seed" : "seeds")}, {runner.Failures.Count} failed; {runner.SimulatedNs / 1e9:0} simulated seconds in {runner.Elapsed.TotalSeconds:0.0} s, {runner.Elapsed.TotalMilliseconds * workers / Math.Max(1, runner.Done):0} ms of a core each"));
        foreach (SeedResult failure in runner.Failures)
        {
            output.WriteLine();
            output.WriteLine(failure.Failure);
            output.WriteLine($"seed: {failure.Seed}");
            output.WriteLine($"again: dotnet run --project tests/Simulation -c Release -- {name} --seed {failure.Seed} --trace");
        }

        string[] missing = count >= coverageNeedsSeeds ? [.. runner.Coverage.Missing()] : [];
        if (missing.Length > 0)
        {
            output.WriteLine();
            output.WriteLine($"never seen in {count} seeds: {string.Join(", ", missing)}");
        }

        return runner.Failures.Count > 0 || missing.Length > 0 ? 1 : 0;
    }

    private int RunOne(ulong seed, TextWriter output)
    {
        using var buffered = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16);
        SeedResult result = runSeed(seed, buffered);
        buffered.WriteLine(FormattableString.Invariant($"seed: {seed}, trace hash {result.TraceHash:x16}"));
        return result.Failure is null ? 0 : 1;
    }
}
