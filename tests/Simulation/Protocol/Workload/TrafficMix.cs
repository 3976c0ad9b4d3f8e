using Scp.PathModel;

namespace Simulation.Protocol.Workload;

/// <summary>How a seed's traffic is composed. Each seed draws its own, so that rare mixes are met too.</summary>
internal sealed record TrafficMix
{
    private const int FewCalls = 1_500;

    /// <summary>Below this large messages would only queue up: what is asked must be less than what is carried.</summary>
    private const long SlowBitsPerSecond = 60_000_000;

    public required int Calls { get; init; }

    public required int Streams { get; init; }

    /// <summary>No message and no reply is larger: on a slow path large ones would only queue.</summary>
    public required int MaxMessageBytes { get; init; }

    public required int MaxStreamBytes { get; init; }

    public required double OneWayShare { get; init; }

    public required double ReliableShare { get; init; }

    /// <summary>Messages above a packet's size.</summary>
    public required double LargeShare { get; init; }

    public required double DeadlineShare { get; init; }

    public required double CancelShare { get; init; }

    public required double UrgentShare { get; init; }

    /// <summary>How often a client sends many calls at once.</summary>
    public required double BurstShare { get; init; }

    /// <summary>How often a client asks for more at once than a session keeps, in requests or in replies.</summary>
    public required double FloodShare { get; init; }

    /// <summary>How often a side closes a session instead of calling.</summary>
    public required double CloseShare { get; init; }

    public static TrafficMix Draw(ref PathRandom random, long slowestBitsPerSecond, bool hasLargeMessages)
    {
        bool isSlow = slowestBitsPerSecond < SlowBitsPerSecond;
        int calls = (int)(random.Chance(0.25) ? random.NextBetween(4_000, 8_000) : random.NextBetween(FewCalls, 2_000));
        return new TrafficMix
        {
            Calls = calls,
            Streams = (int)random.NextBetween(6, 24),
            MaxMessageBytes = isSlow ? 96 * 1024 : 1024 * 1024,
            MaxStreamBytes = isSlow ? 200_000 : 1_500_000,
            OneWayShare = random.Chance(0.4) ? 0 : Share(ref random, 20),
            ReliableShare = Share(ref random, 25),
            LargeShare = hasLargeMessages ? Share(ref random, 6) * FewCalls / calls : 0,
            DeadlineShare = Share(ref random, 40),
            CancelShare = Share(ref random, 10),
            UrgentShare = Share(ref random, 20),
            BurstShare = Share(ref random, 2),
            FloodShare = isSlow || !hasLargeMessages || random.Chance(0.5) ? 0 : random.NextBetween(1, 5) / (double)calls,
            CloseShare = random.Chance(0.5) ? 0 : 3.0 / calls,
        };
    }

    private static double Share(ref PathRandom random, int maxPercent) => random.NextBelow((maxPercent * 10) + 1) / 1000.0;
}
