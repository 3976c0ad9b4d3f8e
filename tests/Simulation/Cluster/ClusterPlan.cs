using Consensus.Core;
using Consensus.Host;
using Consensus.Log;
using Scp.PathModel;
using Simulation.Harness;

namespace Simulation.Cluster;

/// <summary>
/// What a seed decides before anything runs: how many nodes and groups, on what network, with which options, and when
/// faults end.
/// <code>
/// 0 --- faults, clients, changes --- HealAt --- everybody gets on --- ProgressBy --- one node flaps --- QuietAt --- settles
/// </code>
/// </summary>
internal sealed record ClusterPlan
{
    /// <summary>Nodes that an operator may bring in to replace others.</summary>
    public const int Spares = 3;

    private const int Kilo = 1024;

    public required ulong Seed { get; init; }

    public required int Nodes { get; init; }

    public required int Groups { get; init; }

    public required int Clients { get; init; }

    public required int Faults { get; init; }

    /// <summary>Mean time that a client rests between two operations.</summary>
    public required long RestNs { get; init; }

    public required PathProfile Path { get; init; }

    public required RaftOptions Raft { get; init; }

    public required LogOptions Log { get; init; }

    public required HostOptions Host { get; init; }

    /// <summary>Either logs are cut down behind checkpoints, or replicas move, which needs all of the log.</summary>
    public required bool Compacts { get; init; }

    /// <summary>What a sync takes, most often.</summary>
    public required long SyncNs { get; init; }

    /// <summary>How far a node's clock may run ahead or behind, in millionths.</summary>
    public required int MaxClockErrorPpm { get; init; }

    public long ClientsFromNs => SimTime.Second / 2;

    public long FaultsFromNs => SimTime.Second;

    public required long HealAtNs { get; init; }

    /// <summary>Restarted replicas keep still for a while, and some elections fail.</summary>
    public long ProgressByNs => HealAtNs + (15 * SimTime.Second);

    public long FlapsUntilNs => ProgressByNs + (7 * SimTime.Second);

    public long QuietAtNs => FlapsUntilNs + SimTime.Second;

    /// <summary>Clients that have not done enough by the time of quiet go on for so long at most.</summary>
    public long MaxOvertimeNs => 60 * SimTime.Second;

    /// <summary>How long everybody has, at most, to catch up once clients are quiet.</summary>
    public long MaxSettlingNs => 12 * SimTime.Second;

    public static ClusterPlan FromSeed(ulong seed)
    {
        var random = new PathRandom(seed);
        int nodes = random.NextBelow(10) switch { < 5 => 3, < 8 => 5, _ => 7 };
        long delayNs = DrawDelay(ref random);
        return new ClusterPlan
        {
            Seed = seed,
            Nodes = nodes,
            Groups = random.Chance(0.6) ? (int)random.NextBetween(1, 2) : (int)random.NextBetween(3, 8),
            Clients = (int)random.NextBetween(5, 9),
            Faults = (int)random.NextBetween(24, 40),
            RestNs = random.NextBetween(10 * SimTime.Ms, 100 * SimTime.Ms),
            Path = DrawPath(delayNs, ref random),
            Raft = DrawRaft(ref random),
            Log = DrawLog(ref random),
            Host = new HostOptions { Workers = random.Chance(0.7) ? 1 : 2 },
            Compacts = random.Chance(0.4),
            SyncNs = random.NextBetween(50 * SimTime.Us, 3 * SimTime.Ms),
            MaxClockErrorPpm = random.Chance(0.3) ? 0 : (int)random.NextBetween(100, 15_000),
            HealAtNs = 40 * SimTime.Second,
        };
    }

    private static long DrawDelay(ref PathRandom random) => random.NextBelow(10) switch
    {
        < 6 => random.NextBetween(50 * SimTime.Us, 2 * SimTime.Ms),
        < 9 => random.NextBetween(2 * SimTime.Ms, 15 * SimTime.Ms),
        _ => random.NextBetween(15 * SimTime.Ms, 50 * SimTime.Ms),
    };

    private static PathProfile DrawPath(long delayNs, ref PathRandom random) => new()
    {
        Name = "cluster",
        OneWayDelayNs = delayNs,
        JitterNs = random.NextBelow((delayNs / 2) + 1),
        KeepOrder = random.Chance(0.5),
        LossProbability = random.Chance(0.4) ? 0 : random.NextBelow(40) / 1000.0,
        ReorderProbability = random.NextBelow(40) / 1000.0,
        ReorderDelayNs = random.NextBetween(SimTime.Ms, 60 * SimTime.Ms),
        DuplicateProbability = random.NextBelow(40) / 1000.0,
        DuplicateDelayNs = random.NextBelow(200 * SimTime.Ms),
    };

    private static RaftOptions DrawRaft(ref PathRandom random)
    {
        long leastNs = random.NextBetween(250, 600) * SimTime.Ms;
        return new RaftOptions
        {
            MinElectionTimeoutNs = leastNs,
            MaxElectionTimeoutNs = Math.Max(leastNs, random.NextBetween(1_000, 3_000) * SimTime.Ms),
            MaxClockStepNs = Math.Min(40 * SimTime.Ms, leastNs / 7),
            MaxAppendBytes = random.Chance(0.5) ? 64 * Kilo : (int)random.NextBetween(200, 4 * Kilo),
            MaxAppendEntries = random.Chance(0.5) ? 1024 : (int)random.NextBetween(1, 16),
            MaxInflightAppends = random.Chance(0.5) ? 256 : (int)random.NextBetween(1, 8),
            RepeatTailBytes = random.Chance(0.5) ? 0 : (int)random.NextBetween(100, 4 * Kilo),
            MaxHeldEntries = random.Chance(0.5) ? 1024 : (int)random.NextBetween(1, 16),
            MaxWritesInFlight = (int)random.NextBetween(1, 8),
            MaxApplyBytesInFlight = random.Chance(0.5) ? 4 * Kilo * Kilo : (int)random.NextBetween(100, 4 * Kilo),
            MaxCachedBytes = random.Chance(0.5) ? Kilo * Kilo : random.NextBetween(1, 8 * Kilo),
            MaxEntryBytes = 8 * Kilo,
            SleepAfterNs = random.Chance(0.3) ? 0 : random.NextBetween(100, 1_500) * SimTime.Ms,
        };
    }

    private static LogOptions DrawLog(ref PathRandom random) => new()
    {
        SegmentBytes = random.Chance(0.5) ? 64 * Kilo : 256 * Kilo,
        MaxBatchBytes = random.Chance(0.5) ? 12 * Kilo : 16 * Kilo,
        MaxRecordBytes = (int)random.NextBetween(Kilo / 2, 6 * Kilo),
        CacheBytes = random.Chance(0.5) ? 0 : random.NextBetween(Kilo, 64 * Kilo),
        MaxSpareSegments = (int)random.NextBetween(1, 3),
        RewriteAfterSegments = (int)random.NextBetween(1, 4),
        RewriteBelowPercent = (int)random.NextBetween(10, 50),
        MaxSpacePercent = (int)random.NextBetween(200, 400),
    };
}
