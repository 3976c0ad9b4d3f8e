using Scp.PathModel;
using Wan.Forwarding;
using Wan.Network;

namespace Wan.Daemon;

/// <summary>
/// Sends packets through a forwarder between two socket pairs before the real one starts, so that all of the code that the
/// first real packet meets is compiled by then: compiling it on the way would make that packet tens of milliseconds late.
/// </summary>
internal static unsafe class Rehearsal
{
    private const int Packets = 200;
    private const int PacketBytes = 64;
    private const int PoolBytes = 1 << 20;

    // Every effect, often enough that each of them happens.
    private static readonly PathProfile Everything = new()
    {
        Name = "rehearsal",
        OneWayDelayNs = 20_000,
        JitterNs = 10_000,
        JitterPeriodNs = 100_000,
        LossProbability = 0.2,
        Burst = BurstProfile.Outages(PathLimits.MinBurstNs, 0.2),
        ReorderProbability = 0.2,
        ReorderDelayNs = 50_000,
        DuplicateProbability = 0.2,
        CorruptProbability = 0.2,
        RateBitsPerSecond = 100_000_000,
        QueueNs = 1_000_000,
    };

    public static void Run()
    {
        int* ends = stackalloc int[4];
        for (int pair = 0; pair < 2; pair++)
        {
            const int packetByPacket = Libc.SocketSequencedPackets | Libc.SocketNonBlocking | Libc.SocketCloseOnExec;
            if (Libc.SocketPair(Libc.FamilyUnix, packetByPacket, 0, ends + (2 * pair)) != 0)
            {
                throw Errno.Failure("cannot make a socket pair");
            }
        }

        try
        {
            Forward(ends[0], ends[1], ends[3]);
        }
        finally
        {
            for (int i = 0; i < 4; i++)
            {
                _ = Libc.Close(ends[i]);
            }
        }
    }

    private static void Forward(int outside, int device1, int device2)
    {
        var clock = new MonotonicClock();
        using var pool = new PacketPool(PacketBytes, PoolBytes);
        var core = new ForwardingCore(AddressPlan.MinNodes, Everything, seed: 1, pool, clock.NowNs);
        core.Reserve();
        using var forwarder = new Forwarder(core, pool, clock, [device1, device2], ThreadUrgency.Normal);
        forwarder.Start();

        byte* packet = stackalloc byte[PacketBytes];
        new Span<byte>(packet, PacketBytes).Clear();
        packet[0] = 0x45;
        AddressPlan.V4(2).TryWriteBytes(new Span<byte>(packet + 16, 4), out _);
        for (int i = 0; i < Packets; i++)
        {
            // The pair's buffer holds them all; one that it refused would only be one fewer.
            _ = Libc.Write(outside, packet, PacketBytes);

            // Waits for the forwarding thread, which gives it the time to do this one.
            forwarder.Invoke((_, _) => { });
        }

        forwarder.Invoke((inner, _) => inner.ResetCounters());
    }
}
