using Scp.PathModel;
using Simulation.Harness;

namespace Simulation.Network;

/// <summary>Draws paths: those with a name, and others that mix everything a path may do to packets.</summary>
internal static class RandomProfiles
{
    /// <summary>The protocol assumes that every path carries so much; header and payload.</summary>
    public const int MinMtuBytes = Scp.Protocol.ScpLimits.BaseDatagramBytes + DatagramNetwork.HeaderBytes;

    public const int MaxMtuBytes = 9000;

    private const long SlowestBitsPerSecond = 8_000_000;

    /// <summary>A path to live with: traffic gets through, if not always at once.</summary>
    public static PathProfile DrawBase(ref PathRandom random)
    {
        if (random.Chance(0.35))
        {
            // Not the perfect one: where nothing takes any time, nothing can be measured.
            string name = PathProfiles.Names[(int)random.NextBetween(1, PathProfiles.Names.Count - 1)];
            _ = PathProfiles.TryGet(name, out PathProfile? named);
            return named! with { MtuBytes = Math.Min(named!.MtuBytes, MaxMtuBytes) };
        }

        long delayNs = DrawDelay(ref random);
        return Draw("random", ref random, delayNs, maxLossPerMille: 50);
    }

    /// <summary>A bad route for a while.</summary>
    public static PathProfile DrawDetour(ref PathRandom random) =>
        Draw("detour", ref random, random.NextBetween(SimTime.Ms, 400 * SimTime.Ms), maxLossPerMille: 300);

    private static PathProfile Draw(string name, ref PathRandom random, long delayNs, int maxLossPerMille)
    {
        bool hasRate = random.Chance(0.7);
        bool reorders = random.Chance(0.4);
        return new PathProfile
        {
            Name = name,
            OneWayDelayNs = delayNs,
            JitterNs = random.Chance(0.5) ? random.NextBelow((delayNs / 4) + 1) : 0,
            JitterShape = random.Chance(0.5) ? JitterShape.Bell : JitterShape.Uniform,
            JitterPeriodNs = random.Chance(0.5) ? random.NextBetween(SimTime.Ms, 200 * SimTime.Ms) : 0,
            KeepOrder = random.Chance(0.8),
            LossProbability = random.Chance(0.3) ? 0 : random.NextBelow(maxLossPerMille + 1) / 1000.0,
            Burst = random.Chance(0.25) ? DrawBurst(ref random) : null,
            ReorderProbability = reorders ? random.NextBelow(50) / 1000.0 : 0,
            ReorderDelayNs = reorders ? random.NextBetween(SimTime.Us, 50 * SimTime.Ms) : 0,
            DuplicateProbability = random.Chance(0.4) ? random.NextBelow(50) / 1000.0 : 0,
            DuplicateDelayNs = random.NextBelow(30 * SimTime.Ms),
            CorruptProbability = random.Chance(0.4) ? random.NextBelow(20) / 1000.0 : 0,
            RateBitsPerSecond = hasRate ? SlowestBitsPerSecond << (int)random.NextBelow(8) : 0,
            QueueNs = hasRate ? random.NextBetween(10 * SimTime.Ms, 200 * SimTime.Ms) : 0,
            MtuBytes = DrawMtu(ref random),
        };
    }

    private static long DrawDelay(ref PathRandom random) => random.NextBelow(3) switch
    {
        0 => random.NextBetween(20 * SimTime.Us, SimTime.Ms),
        1 => random.NextBetween(SimTime.Ms, 30 * SimTime.Ms),
        _ => random.NextBetween(30 * SimTime.Ms, 140 * SimTime.Ms),
    };

    private static BurstProfile DrawBurst(ref PathRandom random) => random.Chance(0.5)
        ? BurstProfile.Outages(random.NextBetween(5 * SimTime.Ms, 60 * SimTime.Ms), 0.01)
        : BurstProfile.GilbertElliott(random.NextBetween(5 * SimTime.Ms, 100 * SimTime.Ms), 0.02, 0.5);

    private static int DrawMtu(ref PathRandom random) => random.NextBelow(5) switch
    {
        0 => MinMtuBytes,
        1 => (int)random.NextBetween(MinMtuBytes, MaxMtuBytes),
        2 => MaxMtuBytes,
        _ => PathProfile.DefaultMtuBytes,
    };
}
