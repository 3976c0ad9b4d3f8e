using FsCheck;
using Scp.PathModel;
using Tests.Shared;
using Wan.Control;
using Wan.Forwarding;

namespace Wan.Tests.Forwarding;

public sealed class ForwardingCoreTests
{
    private const int PacketBytes = 256;
    private const int PoolBytes = 1 << 20;

    private static readonly PathProfile Everything = new()
    {
        Name = "everything",
        OneWayDelayNs = 50_000,
        JitterNs = 20_000,
        KeepOrder = false,
        LossProbability = 0.1,
        Burst = BurstProfile.Outages(PathLimits.MinBurstNs, 0.1),
        ReorderProbability = 0.1,
        ReorderDelayNs = 30_000,
        DuplicateProbability = 0.2,
        DuplicateDelayNs = 10_000,
        CorruptProbability = 0.1,
        RateBitsPerSecond = 200_000_000,
        QueueNs = 50_000,
        MtuBytes = 200,
    };

    /// <summary>
    /// The oracle keeps every copy in a list that is sorted by time and order of entry, over paths of its own under the same
    /// seeds. Packets carry their number, so what comes out is compared as a whole: which, where, when, and with which bit flipped.
    /// </summary>
    [Property(MaxTest = 200, EndSize = 300)]
    public void It_delivers_what_the_paths_say_when_they_say_it(uint[] script, byte nodes, ulong seed)
    {
        int nodeCount = AddressPlan.MinNodes + (nodes % (AddressPlan.MaxNodes - AddressPlan.MinNodes + 1));
        using var pool = new PacketPool(PacketBytes, PoolBytes);
        var core = new ForwardingCore(nodeCount, Everything, seed, pool, nowNs: 0);
        Dictionary<(int, int), PathDirection> paths = PathsOf(nodeCount, Everything, seed);
        var expected = new List<(Delivery Delivery, int To, int Packet)>();
        var arrived = new List<(Delivery Delivery, int To, int Packet)>();
        long nowNs = 0;
        for (int packet = 0; packet < script.Length; packet++)
        {
            uint draw = script[packet];
            nowNs += draw % 20_000;
            int from = 1 + (int)(draw / 7 % (uint)nodeCount);
            int to = 1 + (int)(draw / 64 % AddressPlan.MaxNodes);
            int lengthBytes = 24 + (int)(draw / 512 % (PacketBytes - 24));

            OfferNumbered(core, pool, nowNs, from, to, lengthBytes, packet);
            if (to <= nodeCount && to != from)
            {
                Verdict verdict = paths[(from, to)].Offer(nowNs, lengthBytes);
                expected.AddRange(Enumerable.Range(0, verdict.Copies).Select(copy => (verdict[copy], to, packet)));
            }

            TakeDue(core, pool, nowNs, arrived);
        }

        TakeDue(core, pool, long.MaxValue, arrived);
        Assert.That(arrived, Is.EqualTo(InOrderOfArrival(expected)));
        Assert.That(pool.FreeCount, Is.EqualTo(pool.SlotCount), "every slot comes back");
        Assert.That(core.Pairs.Sum(pair => pair.UnderWay), Is.Zero);
        Assert.That(core.NextDueNs, Is.EqualTo(long.MaxValue));
    }

    [Test]
    public void Each_pair_of_nodes_has_a_path_of_its_own_both_ways()
    {
        using var pool = new PacketPool(PacketBytes, PoolBytes);
        var core = new ForwardingCore(AddressPlan.MaxNodes, PathProfiles.Perfect, seed: 1, pool, nowNs: 0);
        Assert.That(core.Pairs, Has.Count.EqualTo(AddressPlan.MaxNodes * (AddressPlan.MaxNodes - 1)));
        Assert.That(core.Pairs.Select(pair => pair.Direction).Distinct().Count(), Is.EqualTo(core.Pairs.Count));
        foreach (Pair pair in core.Pairs)
        {
            Assert.That(core.Between(pair.From, pair.To), Is.SameAs(pair));
        }
    }

    [Test]
    public void What_is_for_nobody_is_counted_and_let_go()
    {
        using var pool = new PacketPool(PacketBytes, PoolBytes);
        var core = new ForwardingCore(2, PathProfiles.Perfect, seed: 1, pool, nowNs: 0);
        OfferNumbered(core, pool, 0, from: 1, to: 1, 40, 0);
        OfferNumbered(core, pool, 0, from: 1, to: 3, 40, 1);
        Assert.That(core.Unroutable(1), Is.EqualTo(2));
        Assert.That(core.Unroutable(2), Is.Zero);
        Assert.That(core.UnderWayCount, Is.Zero);
        Assert.That(pool.FreeCount, Is.EqualTo(pool.SlotCount));
    }

    [Test]
    public void Copies_for_which_there_is_no_room_are_counted()
    {
        using var pool = new PacketPool(PacketBytes, totalBytes: 10 * PacketBytes);
        PathProfile twice = PathProfiles.Perfect with { OneWayDelayNs = 1_000, DuplicateProbability = 1 };
        var core = new ForwardingCore(2, twice, seed: 1, pool, nowNs: 0);
        for (int i = 0; i < 8; i++)
        {
            OfferNumbered(core, pool, 0, 1, 2, 40, i);
        }

        var arrived = new List<(Delivery, int, int)>();
        TakeDue(core, pool, long.MaxValue, arrived);
        Assert.That(arrived, Has.Count.EqualTo(10));
        Assert.That(core.Between(1, 2).Overflow, Is.EqualTo(6));
        Assert.That(pool.FreeCount, Is.EqualTo(pool.SlotCount));
    }

    [Test]
    public void Lateness_counts_from_the_arrival_in_the_device()
    {
        using var pool = new PacketPool(PacketBytes, PoolBytes);
        var core = new ForwardingCore(2, PathProfiles.Perfect with { OneWayDelayNs = 1_000 }, seed: 1, pool, nowNs: 0);
        Assert.That(pool.TryTake(out int slot), Is.True);
        Packets.To(AddressPlan.V4(2)).CopyTo(pool.Bytes(slot, 28));
        core.Offer(100, 1, slot, 28, intakeLagNs: 40);

        Assert.That(core.TryTakeDue(1_099, out _), Is.False);
        Assert.That(core.TryTakeDue(1_100, out UnderWay copy), Is.True);
        core.Complete(1_107, copy, accepted: true);
        Assert.That((core.Lateness.MaxNs, core.IntakeLag.MaxNs), Is.EqualTo((47L, 40L)));
    }

    [Test]
    public void What_the_receiver_refuses_is_counted_and_not_late()
    {
        using var pool = new PacketPool(PacketBytes, PoolBytes);
        var core = new ForwardingCore(2, PathProfiles.Perfect, seed: 1, pool, nowNs: 0);
        OfferNumbered(core, pool, 0, 1, 2, 40, 0);
        Assert.That(core.TryTakeDue(0, out UnderWay copy), Is.True);
        core.Complete(99_000_000, copy, accepted: false);
        Assert.That((core.Between(1, 2).Refused, core.Lateness.Count), Is.EqualTo((1L, 0L)));
        Assert.That(pool.FreeCount, Is.EqualTo(pool.SlotCount));
    }

    [Test]
    public void Counters_begin_anew_when_reset()
    {
        using var pool = new PacketPool(PacketBytes, PoolBytes);
        var core = new ForwardingCore(2, PathProfiles.Perfect, seed: 1, pool, nowNs: 0);
        OfferNumbered(core, pool, 0, 1, 2, 40, 0);
        OfferNumbered(core, pool, 0, 1, 9, 40, 0);
        core.ResetCounters();
        OfferNumbered(core, pool, 0, 1, 2, 50, 0);

        var report = PairReport.Of(core.Between(1, 2), core.Baseline(0));
        Assert.That((report.Offered, report.OfferedBytes, report.Delivered, report.UnderWay), Is.EqualTo((1L, 50L, 1L, 2)));
        Assert.That(core.Unroutable(1), Is.Zero);
    }

    [Test]
    public void Nothing_is_allocated_once_there_is_room()
    {
        using var pool = new PacketPool(PacketBytes, PoolBytes);
        var core = new ForwardingCore(3, Everything, seed: 1, pool, nowNs: 0);
        core.Reserve();
        byte[] packet = Packets.To(AddressPlan.V4(2));
        long nowNs = 0;
        ForwardMany();
        Assert.That(Allocations.Of(ForwardMany), Is.Zero);

        void ForwardMany()
        {
            for (int i = 0; i < 10_000; i++)
            {
                nowNs += 10_000;
                _ = pool.TryTake(out int slot);
                packet.CopyTo(pool.Bytes(slot, packet.Length));
                core.Offer(nowNs, 1, slot, packet.Length, 0);
                while (core.TryTakeDue(nowNs, out UnderWay copy))
                {
                    core.Complete(nowNs, copy, accepted: true);
                }
            }
        }
    }

    private static void OfferNumbered(ForwardingCore core, PacketPool pool, long nowNs, int from, int to, int lengthBytes, int number)
    {
        Assert.That(pool.TryTake(out int slot), Is.True);
        Span<byte> bytes = pool.Bytes(slot, lengthBytes);
        bytes.Clear();
        Packets.To(AddressPlan.V4(to), payloadBytes: 0).CopyTo(bytes);
        BitConverter.TryWriteBytes(bytes[20..], number);
        core.Offer(nowNs, from, slot, lengthBytes, intakeLagNs: 0);
    }

    private static void TakeDue(ForwardingCore core, PacketPool pool, long nowNs, List<(Delivery, int, int)> arrived)
    {
        while (core.TryTakeDue(nowNs, out UnderWay copy))
        {
            int number = BitConverter.ToInt32(pool.Bytes(copy.Slot, copy.LengthBytes)[20..]);
            arrived.Add((copy.Delivery, core.Pairs[copy.Pair].To, number));
            core.Complete(nowNs, copy, accepted: true);
        }
    }

    // OrderBy keeps what is equal in order.
    private static List<(Delivery, int, int)> InOrderOfArrival(List<(Delivery Delivery, int To, int Packet)> copies) =>
        [.. copies.OrderBy(copy => copy.Delivery.DeliverAtNs)];

    private static Dictionary<(int, int), PathDirection> PathsOf(int nodeCount, PathProfile profile, ulong seed)
    {
        var paths = new Dictionary<(int, int), PathDirection>();
        var seeds = new PathRandom(seed);
        for (int near = 1; near < nodeCount; near++)
        {
            for (int far = near + 1; far <= nodeCount; far++)
            {
                var path = new DuplexPath(profile, seeds.NextUInt64());
                paths[(near, far)] = path.Outgoing;
                paths[(far, near)] = path.Incoming;
            }
        }

        return paths;
    }
}
