using Scp.PathModel;
using Scp.Protocol;
using Scp.Protocol.Crypto;
using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Network;
using Simulation.Protocol.Workload;

namespace Simulation.Protocol;

/// <summary>
/// What a seed decides before anything runs: who talks to whom over what, with which options, and when faults end.
/// <code>
/// 0 ------------- faults, traffic, attacks ------------- HealAt -- traffic -- QuietAt ---- settles ---- AskAt -- answers -- End
/// </code>
/// </summary>
internal sealed record WorldPlan
{
    private const int MaxNodes = 8;
    private const int MaxLinks = 6;

    public required ulong Seed { get; init; }

    public required int Nodes { get; init; }

    /// <summary>Who opens sessions to whom.</summary>
    public required (int Initiator, int Acceptor)[] Links { get; init; }

    /// <summary>From every node to every other.</summary>
    public required PathProfile[,] Profiles { get; init; }

    public required EndpointOptions Options { get; init; }

    public required TrafficMix Traffic { get; init; }

    public required int Faults { get; init; }

    /// <summary>Mean time between two datagrams of the attacker.</summary>
    public required long AttackGapNs { get; init; }

    public long TrafficFromNs { get; init; } = 200 * SimTime.Ms;

    public long FaultsFromNs { get; init; } = SimTime.Second;

    public required long HealAtNs { get; init; }

    public long QuietAtNs => HealAtNs + (4 * SimTime.Second);

    /// <summary>
    /// By then every half-dead session has found out (by the idle timeout at the latest) and been replaced, and all that was
    /// begun has ended.
    /// </summary>
    public long AskAtNs => HealAtNs + Options.IdleTimeoutNs + (25 * SimTime.Second);

    public long EndNs => AskAtNs + (6 * SimTime.Second);

    public static WorldPlan FromSeed(ulong seed)
    {
        var random = new PathRandom(seed);
        int nodes = random.Chance(0.5) ? 2 : (int)random.NextBetween(3, MaxNodes);
        var profiles = new PathProfile[nodes, nodes];
        for (int one = 0; one < nodes; one++)
        {
            for (int other = one; other < nodes; other++)
            {
                profiles[one, other] = RandomProfiles.DrawBase(ref random);
                profiles[other, one] = random.Chance(0.7) ? profiles[one, other] : RandomProfiles.DrawBase(ref random);
            }
        }

        (int Initiator, int Acceptor)[] links = DrawLinks(nodes, ref random);
        long slowest = links.Min(link => Math.Min(RateOf(profiles, link.Initiator, link.Acceptor), RateOf(profiles, link.Acceptor, link.Initiator)));
        bool hasNarrowWindow = random.Chance(0.3);
        return new WorldPlan
        {
            Seed = seed,
            Nodes = nodes,
            Links = links,
            Profiles = profiles,
            Options = DrawOptions(hasNarrowWindow, ref random),
            Traffic = TrafficMix.Draw(ref random, slowest, hasLargeMessages: !hasNarrowWindow),
            Faults = (int)random.NextBetween(20, 36),
            AttackGapNs = random.NextBetween(100 * SimTime.Ms, 2 * SimTime.Second),
            HealAtNs = 45 * SimTime.Second,
        };
    }

    /// <summary>Every node has somebody to talk to; some pairs have two sessions, one opened by each.</summary>
    private static (int Initiator, int Acceptor)[] DrawLinks(int nodes, ref PathRandom random)
    {
        var links = new List<(int, int)>();
        for (int node = 1; node < nodes; node++)
        {
            int peer = (int)random.NextBelow(node);
            links.Add(random.Chance(0.5) ? (node, peer) : (peer, node));
        }

        for (long extra = random.NextBelow(3); extra > 0 && links.Count < MaxLinks; extra--)
        {
            int one = (int)random.NextBelow(nodes);
            int other = (int)random.NextBelow(nodes);
            if (one != other)
            {
                links.Add((one, other));
            }
        }

        return [.. links];
    }

    /// <summary>
    /// A narrow session window is for streams alone: large messages that wait for memory keep what they have sent of the
    /// window, and could hold all of it for ever.
    /// </summary>
    private static EndpointOptions DrawOptions(bool hasNarrowWindow, ref PathRandom random)
    {
        long idleNs = random.NextBetween(4, 20) * SimTime.Second;
        PacketProtectionFactory protection = random.Chance(0.5) ? PacketProtectionFactory.AesGcm : PacketProtectionFactory.Plain;
        int window = ScpLimits.MaxChunkBytes << (int)random.NextBelow(5);
        return new EndpointOptions
        {
            Lanes = random.Chance(0.6) ? 1 : (int)random.NextBetween(1, ScpLimits.MaxLanes),
            BeatNs = idleNs / random.NextBetween(2, 5),
            IdleTimeoutNs = idleNs,
            Slots = random.Chance(0.5) ? ScpLimits.DefaultSlots : 64 << (int)random.NextBelow(7),
            StreamWindowBytes = window,
            SessionWindowBytes = hasNarrowWindow ? window * (int)random.NextBetween(1, 8) : ScpLimits.SessionWindowBytes,
            UseRedundancy = random.Chance(0.85),
            Protection = random.Chance(0.5) ? protection : protection.WithPacketsPerKey(random.NextBetween(1_000, 6_000)),
        };
    }

    private static long RateOf(PathProfile[,] profiles, int from, int to) => PipeDirection.BitsPerSecond(profiles[from, to], profiles[to, from]);
}
