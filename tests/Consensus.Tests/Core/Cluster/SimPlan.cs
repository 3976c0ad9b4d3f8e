using Consensus.Core;

namespace Consensus.Tests.Core.Cluster;

/// <summary>What kind of world a seed makes: sizes, speeds, and how unkind it is.</summary>
internal sealed class SimPlan
{
    private const long Ms = 1_000_000;

    public SimPlan(ulong seed)
    {
        var random = new RandomSource(seed);
        Replicas = (int)(3 + random.Below(3));
        DropPercent = Pick(random, 0, 0, 2, 10, 25);
        DuplicatePercent = Pick(random, 0, 2, 20);
        LongDelayPercent = Pick(random, 0, 1, 5);
        DelayNs = Pick(random, 200_000, 2 * Ms, 15 * Ms);
        DiskNs = Pick(random, 100_000, 2 * Ms, 30 * Ms);
        ApplyNs = Pick(random, 10_000, 1 * Ms, 10 * Ms);
        FaultEveryNs = Pick(random, 80 * Ms, 300 * Ms, 600 * Ms);
        ProposeEveryNs = Pick(random, 3 * Ms, 15 * Ms, 60 * Ms);
        DriftPpm = Pick(random, 0, 1_000, 10_000);
        ChangesMembers = random.Below(3) == 0;
        JumpsClocks = random.Below(3) == 0;
        Crashes = random.Below(4) != 0;
        Transfers = random.Below(3) == 0;
        Compacts = random.Below(2) == 0;
        Weather = (SimWeather)Math.Max(0, random.Below(8) - 3);
        if (Weather is SimWeather.Toppling or SimWeather.Overshadowing or SimWeather.HandingOver)
        {
            // These come in steps that other faults would spoil.
            Replicas = Weather == SimWeather.Toppling || random.Below(2) == 0 ? 5 : 3;
            DropPercent = 0;
            LongDelayPercent = 0;
            FaultEveryNs = 900 * Ms;
        }
        else if (Weather == SimWeather.Changing)
        {
            ChangesMembers = true;
            FaultEveryNs = 150 * Ms;
        }

        if (random.Below(2) == 0)
        {
            // Where everything but a timeout is quick, what is wrong by a few milliseconds shows.
            (DelayNs, DiskNs, ApplyNs, ProposeEveryNs) = (200_000, 100_000, 10_000, 3 * Ms);
        }

        long maxTimeoutNs = Pick(random, 300 * Ms, 300 * Ms, 900 * Ms);
        Options = new RaftOptions
        {
            MaxElectionTimeoutNs = Weather == SimWeather.Toppling ? 300 * Ms : maxTimeoutNs,
            MaxAppendBytes = (int)Pick(random, 1, 64, 64 * 1024),
            MaxAppendEntries = Weather == SimWeather.Toppling ? 1 : (int)Pick(random, 1, 4, 1024),
            MaxInflightAppends = Weather == SimWeather.Toppling ? 1 : (int)Pick(random, 1, 4, 64),
            MaxHeldEntries = (int)Pick(random, 4, 64),
            RepeatTailBytes = (int)Pick(random, 0, 64),
            MaxWritesInFlight = (int)Pick(random, 1, 3),
            MaxPendingProposals = (int)Pick(random, 4, 40),
            MaxCachedBytes = Pick(random, 1, 1024, 1024 * 1024),
            MaxApplyBytesInFlight = (int)Pick(random, 64, 1024 * 1024),
            SleepAfterNs = Pick(random, 0, 0, 400 * Ms),
        };
    }

    public int Replicas { get; }

    public long DropPercent { get; }

    public long DuplicatePercent { get; }

    /// <summary>Messages that arrive seconds later, when everything else has moved on.</summary>
    public long LongDelayPercent { get; }

    public long DelayNs { get; }

    public long DiskNs { get; }

    public long ApplyNs { get; }

    public long FaultEveryNs { get; }

    public long ProposeEveryNs { get; }

    public long DriftPpm { get; }

    public bool ChangesMembers { get; }

    public bool JumpsClocks { get; }

    public bool Crashes { get; }

    public bool Transfers { get; }

    public bool Compacts { get; }

    public SimWeather Weather { get; }

    public RaftOptions Options { get; }

    private static long Pick(RandomSource random, params ReadOnlySpan<long> choices) => choices[(int)random.Below(choices.Length)];
}
