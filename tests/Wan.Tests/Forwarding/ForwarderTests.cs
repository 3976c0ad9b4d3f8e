using Scp.PathModel;
using Wan.Forwarding;

namespace Wan.Tests.Forwarding;

/// <summary>The forwarding thread over socket pairs, which need no rights.</summary>
public sealed class ForwarderTests
{
    private const int TimeoutMs = 10_000;

    [Test]
    public void Packets_arrive_whole_in_order_and_no_earlier_than_they_are_due()
    {
        const int count = 100;
        const long delayNs = 3_000_000;
        using var lab = new SocketLab(2, PathProfiles.Perfect with { OneWayDelayNs = delayNs });
        long[] sentNs = new long[count];
        for (int i = 0; i < count; i++)
        {
            sentNs[i] = lab.Clock.NowNs;
            lab.Send(1, Numbered(i));
        }

        for (int i = 0; i < count; i++)
        {
            Assert.That(lab.Receive(2, TimeoutMs), Is.EqualTo(Numbered(i)));
            Assert.That(lab.Clock.NowNs - sentNs[i], Is.GreaterThanOrEqualTo(delayNs));
        }

        static byte[] Numbered(int i) => [.. Packets.To(AddressPlan.V4(2), payloadBytes: i), (byte)i];
    }

    [Test]
    public void A_cut_loses_everything_one_way_and_nothing_the_other()
    {
        using var lab = new SocketLab(3, PathProfiles.Perfect);
        lab.Forwarder.Invoke((core, _) => core.Between(1, 2).Direction.Cut());
        lab.Send(1, Packets.To(AddressPlan.V4(2)));
        lab.Send(1, Packets.To(AddressPlan.V6(3)));
        lab.Send(2, Packets.To(AddressPlan.V6(1)));

        Assert.That(lab.Receive(3, TimeoutMs), Is.EqualTo(Packets.To(AddressPlan.V6(3))));
        Assert.That(lab.Receive(1, TimeoutMs), Is.EqualTo(Packets.To(AddressPlan.V6(1))));
        lab.Forwarder.Invoke((core, _) =>
        {
            Assert.That(core.Between(1, 2).Direction.Statistics.DroppedCut, Is.EqualTo(1));
            core.Between(1, 2).Direction.Heal();
        });

        lab.Send(1, Packets.To(AddressPlan.V4(2), payloadBytes: 9));
        Assert.That(lab.Receive(2, TimeoutMs), Is.EqualTo(Packets.To(AddressPlan.V4(2), payloadBytes: 9)), "the first packet after the cut");
    }

    [Test]
    public void Both_copies_of_a_packet_arrive_and_each_has_its_own_flip()
    {
        using var lab = new SocketLab(2, PathProfiles.Perfect with { DuplicateProbability = 1, CorruptProbability = 1 });
        byte[] packet = Packets.To(AddressPlan.V4(2));
        lab.Send(1, packet);
        byte[]? first = lab.Receive(2, TimeoutMs);
        byte[]? second = lab.Receive(2, TimeoutMs);
        Assert.That(BitsThatDiffer(packet, first!), Is.EqualTo(1));
        Assert.That(BitsThatDiffer(packet, second!), Is.EqualTo(1));
    }

    [Test]
    public void What_work_throws_is_thrown_to_its_poster_and_forwarding_goes_on()
    {
        using var lab = new SocketLab(2, PathProfiles.Perfect);
        Assert.That(() => lab.Forwarder.Invoke((_, _) => throw new FormatException("no")), Throws.TypeOf<FormatException>());
        lab.Send(1, Packets.To(AddressPlan.V4(2)));
        Assert.That(lab.Receive(2, TimeoutMs), Is.Not.Null);
    }

    [Test]
    public void A_device_that_is_gone_is_named_and_the_others_go_on()
    {
        using var lab = new SocketLab(3, PathProfiles.Perfect);
        lab.Close(3);
        lab.Send(1, Packets.To(AddressPlan.V4(3)));
        lab.Send(1, Packets.To(AddressPlan.V4(2)));
        Assert.That(lab.Receive(2, TimeoutMs), Is.Not.Null);

        // The thread has gone through all devices once it serves the second of two requests.
        lab.Forwarder.Invoke((_, _) => { });
        int[] lost = [];
        lab.Forwarder.Invoke((core, _) =>
        {
            lost = [.. lab.Forwarder.LostNodes()];
            Assert.That(core.Between(1, 3).Refused, Is.EqualTo(1));
        });
        Assert.That(lost, Is.EqualTo((int[])[3]));
    }

    [Test]
    public void What_comes_in_while_there_is_no_room_is_counted_and_the_rest_goes_on()
    {
        using var lab = new SocketLab(2, PathProfiles.Perfect with { OneWayDelayNs = 200_000_000 }, poolPackets: 4);
        for (int i = 0; i < 6; i++)
        {
            lab.Send(1, Packets.To(AddressPlan.V4(2)));
        }

        for (int i = 0; i < 4; i++)
        {
            Assert.That(lab.Receive(2, TimeoutMs), Is.Not.Null);
        }

        lab.Forwarder.Invoke((core, _) => Assert.That(core.NoRoom(1), Is.EqualTo(2)));
    }

    private static int BitsThatDiffer(byte[] one, byte[] other) =>
        one.Zip(other, (a, b) => System.Numerics.BitOperations.PopCount((uint)(a ^ b))).Sum() + (8 * Math.Abs(one.Length - other.Length));
}
