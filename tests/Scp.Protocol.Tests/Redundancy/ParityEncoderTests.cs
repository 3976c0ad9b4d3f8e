using Scp.Protocol.Redundancy;
using Scp.Protocol.Wire;
using Tests.Shared;

namespace Scp.Protocol.Tests.Redundancy;

[TestFixture]
public sealed class ParityEncoderTests
{
    private const long Ms = 1_000_000;
    private const int MaxPayloadBytes = 1170;

    [Test]
    public void A_full_group_is_due_at_once()
    {
        var encoder = new ParityEncoder(MaxPayloadBytes);
        encoder.Configure(3, 20 * Ms, 1);
        encoder.Add(7, [1], 0);
        encoder.Add(9, [2, 3], 1 * Ms);
        Assert.That(encoder.IsDue(1 * Ms), Is.False);
        encoder.Add(12, [4], 2 * Ms);

        Assert.That(encoder.TryTake(2 * Ms, out ParityGroup group), Is.True);
        Assert.That(group.PacketNumbers.ToArray(), Is.EqualTo(new ulong[] { 12, 9, 7 }));
        Assert.That(group.Xor.ToArray(), Is.EqualTo(new byte[] { 1 ^ 2 ^ 1, 0, 1 ^ 2 ^ 4, 3 }));
        Assert.That(encoder.DueAtNs, Is.EqualTo(ParityEncoder.Never));
        Assert.That(encoder.TryTake(long.MaxValue - 1, out _), Is.False);
    }

    [Test]
    public void A_lone_packet_gets_its_copy_after_the_delay()
    {
        var encoder = new ParityEncoder(MaxPayloadBytes);
        encoder.Configure(4, 16 * Ms, 1);
        encoder.Add(1, [5, 6], 100 * Ms);
        Assert.That(encoder.DueAtNs, Is.EqualTo(116 * Ms));
        Assert.That(encoder.TryTake((116 * Ms) - 1, out _), Is.False);
        Assert.That(encoder.TryTake(116 * Ms, out ParityGroup group), Is.True);
        Assert.That(group.Xor.ToArray(), Is.EqualTo(new byte[] { 2, 0, 5, 6 }));
    }

    [Test]
    public void Consecutive_packets_go_to_different_groups_and_parity_waits_out_a_burst()
    {
        var encoder = new ParityEncoder(MaxPayloadBytes);
        encoder.Configure(2, 100 * Ms, 3, spreadNs: 25 * Ms);
        for (int i = 0; i < 6; i++)
        {
            encoder.Add((ulong)i, [(byte)i], i * 5 * Ms);
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.That(encoder.DueAtNs, Is.EqualTo(((3 + i) * 5 * Ms) + (25 * Ms)));
            Assert.That(encoder.TryTake(encoder.DueAtNs, out ParityGroup group), Is.True);
            Assert.That(group.PacketNumbers.ToArray(), Is.EqualTo(new[] { (ulong)i + 3, (ulong)i }));
        }
    }

    [Test]
    public void What_does_not_fit_is_not_covered()
    {
        var encoder = new ParityEncoder(MaxPayloadBytes);
        encoder.Configure(4, 20 * Ms, 1);
        int largest = MaxPayloadBytes - ParityFrame.MaxOverheadBytes - sizeof(ushort);
        Assert.That(encoder.Add(1, new byte[largest + 1], 0), Is.False);
        Assert.That(encoder.DueAtNs, Is.EqualTo(ParityEncoder.Never));
        Assert.That(encoder.Add(2, new byte[largest], 0), Is.True);
        Assert.That(encoder.TryTake(20 * Ms, out ParityGroup group), Is.True);
        Assert.That(ParityFrame.SizeOf(200, group.PacketNumbers, group.Xor.Length), Is.LessThanOrEqualTo(MaxPayloadBytes));
    }

    [Test]
    public void A_smaller_group_closes_what_is_already_full_enough()
    {
        var encoder = new ParityEncoder(MaxPayloadBytes);
        encoder.Configure(4, 20 * Ms, 1);
        encoder.Add(1, [1], 0);
        encoder.Add(2, [2], 1 * Ms);
        encoder.Configure(2, 20 * Ms, 1);
        Assert.That(encoder.IsDue(1 * Ms), Is.True);
    }

    [Test]
    public void Packets_far_apart_do_not_share_a_group()
    {
        var encoder = new ParityEncoder(MaxPayloadBytes);
        encoder.Configure(4, 20 * Ms, 1);
        encoder.Add(1, [1], 0);
        encoder.Add(1 + ScpLimits.ParityWindowPackets, [2], 1 * Ms);
        Assert.That(encoder.TryTake(1 * Ms, out ParityGroup group), Is.True);
        Assert.That(group.Count, Is.EqualTo(1));
    }

    [Test]
    public void A_falling_packet_number_is_a_bug_and_throws()
    {
        var encoder = new ParityEncoder(MaxPayloadBytes);
        encoder.Add(5, [1], 0);
        Assert.That(() => encoder.Add(5, [1], 0), Throws.InvalidOperationException);
    }

    [Property(MaxTest = 300)]
    public void Every_covered_packet_is_in_exactly_one_group_whose_xor_is_right_and_in_time(int seed)
    {
        var random = new Random(seed);
        var encoder = new ParityEncoder(MaxPayloadBytes);
        var payloads = new Dictionary<ulong, byte[]>();
        var waiting = new Dictionary<ulong, long>();
        long nowNs = 0;
        long maxDelayNs = 0;
        long maxSpreadNs = 0;
        ulong number = 0;
        for (int step = 0; step < 400; step++)
        {
            if (step % 50 == 0)
            {
                long delayNs = random.Next(1, 40) * Ms;
                long spreadNs = random.Next(3) == 0 ? random.Next(30) * Ms : 0;
                maxDelayNs = Math.Max(maxDelayNs, delayNs);
                maxSpreadNs = Math.Max(maxSpreadNs, spreadNs);
                encoder.Configure(random.Next(1, 9), delayNs, random.Next(1, 9), spreadNs);
            }

            nowNs += random.Next(0, 6) * Ms;
            while (encoder.TryTake(nowNs, out ParityGroup group))
            {
                Verify(group, payloads, waiting);
            }

            Assert.That(waiting.Values.All(sentAtNs => sentAtNs + maxDelayNs + maxSpreadNs > nowNs), "a packet waits too long");
            number += (ulong)random.Next(1, 4);
            byte[] payload = new byte[random.Next(0, 1149)];
            random.NextBytes(payload);
            if (encoder.Add(number, payload, nowNs))
            {
                payloads.Add(number, payload);
                waiting.Add(number, nowNs);
            }
        }

        while (encoder.TryTake(nowNs + (1000 * Ms), out ParityGroup group))
        {
            Verify(group, payloads, waiting);
        }

        Assert.That(waiting, Is.Empty);
    }

    [Test]
    public void Nothing_is_allocated_once_buffers_have_grown()
    {
        var encoder = new ParityEncoder(MaxPayloadBytes);
        encoder.Configure(4, 20 * Ms, 8, 25 * Ms);
        byte[] payload = new byte[1108];
        ulong number = 0;
        Run(2_000);
        Assert.That(Allocations.Of(() => Run(20_000)), Is.Zero);

        void Run(int packets)
        {
            for (int i = 0; i < packets; i++)
            {
                long nowNs = (long)number * Ms;
                encoder.Add(number++, payload, nowNs);
                while (encoder.TryTake(nowNs, out _))
                {
                }
            }
        }
    }

    private static void Verify(in ParityGroup group, Dictionary<ulong, byte[]> payloads, Dictionary<ulong, long> waiting)
    {
        Assert.That(group.Count, Is.InRange(1, 8));
        int longest = 0;
        foreach (ulong number in group.PacketNumbers)
        {
            Assert.That(waiting.Remove(number), $"{number} is covered twice");
            longest = Math.Max(longest, payloads[number].Length);
        }

        byte[] expected = new byte[2 + longest];
        foreach (ulong number in group.PacketNumbers)
        {
            byte[] padded = [(byte)payloads[number].Length, (byte)(payloads[number].Length >> 8), .. payloads[number]];
            for (int i = 0; i < padded.Length; i++)
            {
                expected[i] ^= padded[i];
            }
        }

        Assert.That(group.Xor.SequenceEqual(expected));
    }
}
