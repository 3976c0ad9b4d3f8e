using Simulation.Experiments;
using Simulation.Harness;

namespace Simulation.Commands;

/// <summary>Shows how the datagram lane shares a link with a loss-halving flow.</summary>
internal static class FairnessCommand
{
    private static readonly (int RoundTripMs, int QueueMs)[] Links = [(10, 20), (40, 50), (80, 50), (80, 100), (150, 150)];

    public static int Run(CommandArguments arguments, TextWriter output)
    {
        ulong seed = arguments.Number("seed", 1);
        long seconds = (long)arguments.Number("seconds", 120);
        bool allShare = true;
        output.WriteLine("RTT    queue   first   datagram lane   loss-halving flow");
        foreach ((int roundTripMs, int queueMs) in Links)
        {
            foreach (bool rivalIsFirst in (ReadOnlySpan<bool>)[true, false])
            {
                FairnessResult result = FairnessExperiment.Run(roundTripMs * SimTime.Ms, queueMs * SimTime.Ms, seconds * SimTime.Second, rivalIsFirst, seed);
                bool isFair = Math.Min(result.Ours, result.Rival) >= FairnessExperiment.MinShare;
                allShare &= isFair;
                output.WriteLine(FormattableString.Invariant(
                    $"{roundTripMs,3} ms {queueMs,4} ms  {(rivalIsFirst ? "rival" : "lane "),-6} {result.Ours,12:P0} {result.Rival,15:P0}   {(isFair ? "" : "unfair")}"));
            }
        }

        return allShare ? 0 : 1;
    }
}
