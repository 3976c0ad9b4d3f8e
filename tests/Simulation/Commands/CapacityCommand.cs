using Scp.PathModel;
using Simulation.Experiments;
using Simulation.Harness;

namespace Simulation.Commands;

/// <summary>Shows what the datagram lane alone gets through each path.</summary>
internal static class CapacityCommand
{
    private static readonly PathProfile[] Measured = [PathProfiles.Lan, PathProfiles.Continental, PathProfiles.Intercontinental, PathProfiles.Bad, PathProfiles.Burst];

    public static int Run(CommandArguments arguments, TextWriter output)
    {
        ulong seed = arguments.Number("seed", 1);
        long seconds = (long)arguments.Number("seconds", 20);
        foreach (PathProfile profile in Measured)
        {
            double bits = CapacityExperiment.Run(profile, seconds * SimTime.Second, seed);
            output.WriteLine(FormattableString.Invariant($"{profile.Name,-20} {bits / 1e6,8:0.0} Mbit/s of {profile.RateBitsPerSecond / 1e6,5:0}"));
        }

        return 0;
    }
}
