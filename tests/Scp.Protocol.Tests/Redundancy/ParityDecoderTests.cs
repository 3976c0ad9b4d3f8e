using Scp.Protocol.Redundancy;
using Scp.Protocol.Wire;
using Tests.Shared;

namespace Scp.Protocol.Tests.Redundancy;

[TestFixture]
public sealed class ParityDecoderTests
{
    [Test]
    public void One_missing_packet_is_rebuilt_once()
    {
        var decoder = new ParityDecoder();
        byte[][] sent = [[1, 2, 3], [], [7]];
        decoder.OnReceived(10, sent[0]);
        decoder.OnReceived(12, sent[2]);

        RecoverResult result = TryRecover(decoder, 13, [12, 11, 10], XorOf(sent));
        Assert.That(result.Status, Is.EqualTo(RecoverStatus.Recovered));
        Assert.That(result.PacketNumber, Is.EqualTo(11));
        Assert.That(result.Payload.IsEmpty, Is.True);
        Assert.That(decoder.IsKnown(11), Is.True);
        Assert.That(TryRecover(decoder, 14, [12, 11, 10], XorOf(sent)).Status, Is.EqualTo(RecoverStatus.None));
    }

    [Test]
    public void A_frame_over_one_packet_is_a_copy()
    {
        var decoder = new ParityDecoder();
        RecoverResult result = TryRecover(decoder, 1, [0], XorOf([[9, 8, 7]]));
        Assert.That(result.Payload.ToArray(), Is.EqualTo(new byte[] { 9, 8, 7 }));
    }

    [Test]
    public void Two_missing_packets_wait_for_one_of_them()
    {
        var decoder = new ParityDecoder();
        byte[][] sent = [[1], [2, 2], [3, 3, 3]];
        decoder.OnReceived(0, sent[0]);
        Assert.That(TryRecover(decoder, 3, [2, 1, 0], XorOf(sent)).Status, Is.EqualTo(RecoverStatus.Pending));
        Assert.That(decoder.TryRecoverPending(out _), Is.False);

        decoder.OnReceived(2, sent[2]);
        Assert.That(decoder.TryRecoverPending(out RecoverResult result), Is.True);
        Assert.That(result.PacketNumber, Is.EqualTo(1));
        Assert.That(result.Payload.ToArray(), Is.EqualTo(sent[1]));
        Assert.That(decoder.TryRecoverPending(out _), Is.False);
    }

    [Test]
    public void A_rebuilt_packet_helps_another_frame()
    {
        var decoder = new ParityDecoder();
        Assert.That(TryRecover(decoder, 8, [1, 0], XorOf([[1], [2]])).Status, Is.EqualTo(RecoverStatus.Pending));
        Assert.That(TryRecover(decoder, 9, [1], XorOf([[2]])).Status, Is.EqualTo(RecoverStatus.Recovered));
        Assert.That(decoder.TryRecoverPending(out RecoverResult result), Is.True);
        Assert.That(result.PacketNumber, Is.Zero);
        Assert.That(result.Payload.ToArray(), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public void What_left_the_window_is_neither_missing_nor_rebuilt()
    {
        var decoder = new ParityDecoder();
        decoder.OnReceived(ScpLimits.ParityWindowPackets + 5, [1]);
        Assert.That(TryRecover(decoder, 900, [5], XorOf([[1]])).Status, Is.EqualTo(RecoverStatus.None));
        Assert.That(TryRecover(decoder, 900, [6], XorOf([[1]])).Status, Is.EqualTo(RecoverStatus.Recovered));
    }

    [Test]
    public void A_contradictory_xor_is_malformed()
    {
        var decoder = new ParityDecoder();
        decoder.OnReceived(0, [1, 2, 3]);
        Assert.That(TryRecover(decoder, 2, [1, 0], [0, 0]).Status, Is.EqualTo(RecoverStatus.Malformed), "shorter than a covered payload");
        Assert.That(TryRecover(decoder, 2, [1], [3, 0, 1, 1]).Status, Is.EqualTo(RecoverStatus.Malformed), "length past the end");
        Assert.That(TryRecover(decoder, 2, [1], [1, 0, 1, 1]).Status, Is.EqualTo(RecoverStatus.Malformed), "padding not zero");
        Assert.That(decoder.IsKnown(1), Is.False);
    }

    [Test]
    public void Only_the_newest_frames_are_kept_waiting()
    {
        var decoder = new ParityDecoder();
        for (ulong i = 0; i <= RedundancyLimits.MaxPendingParity; i++)
        {
            Assert.That(TryRecover(decoder, 200, [(2 * i) + 1, 2 * i], XorOf([[1], [2]])).Status, Is.EqualTo(RecoverStatus.Pending));
        }

        int rebuilt = 0;
        for (ulong i = 0; i <= RedundancyLimits.MaxPendingParity; i++)
        {
            decoder.OnReceived(2 * i, [1]);
            while (decoder.TryRecoverPending(out _))
            {
                rebuilt++;
            }
        }

        Assert.That(rebuilt, Is.EqualTo(RedundancyLimits.MaxPendingParity));
        Assert.That(decoder.IsKnown(1), Is.False);
    }

    [Test]
    public void Memory_is_taken_late_kept_small_and_given_back()
    {
        var decoder = new ParityDecoder();
        Assert.That(decoder.HeldBytes, Is.Zero);
        ulong number = 0;
        Receive(RedundancyLimits.PayloadsKeptWithoutParity - 1, 148);
        Assert.That(decoder.HeldBytes, Is.InRange(1, 128 * 1024));

        Receive(2, 148);
        Assert.That(decoder.HeldBytes, Is.Zero, "nobody sends parity");
        Receive(10, 148);
        Assert.That(decoder.HeldBytes, Is.Zero);

        Assert.That(TryRecover(decoder, number + 1, [number - 1], XorOf([new byte[148]])).Status, Is.EqualTo(RecoverStatus.None));
        Receive(900, ScpLimits.MaxDatagramBytes);
        Assert.That(decoder.HeldBytes, Is.EqualTo(RedundancyLimits.MaxPayloadSlabBytes));
        decoder.Release();
        Assert.That(decoder.HeldBytes, Is.Zero);
        Assert.That(decoder.IsKnown(number - 1), Is.True);

        void Receive(int packets, int bytes)
        {
            for (int i = 0; i < packets; i++)
            {
                decoder.OnReceived(number++, new byte[bytes]);
            }
        }
    }

    /// <summary>
    /// Packets and parity arrive in any order, some never. Against an oracle that knows every payload: what is rebuilt is
    /// right, is rebuilt once, had not arrived, and at the end no frame is left that could have rebuilt something.
    /// </summary>
    [Property(MaxTest = 200)]
    public void Whatever_order_packets_come_in_all_that_can_be_rebuilt_is(int seed)
    {
        var random = new Random(seed);
        var encoder = new ParityEncoder(1170);
        encoder.Configure(random.Next(1, 9), 1, random.Next(1, 5));
        var payloads = new SortedDictionary<ulong, byte[]>();
        var frames = new List<(ulong Carrier, ulong[] Covered, byte[] Frame)>();
        ulong number = (ulong)random.NextInt64(1L << 40);
        // Few enough that nothing leaves the window or is replaced among the pending, which the oracle does not model.
        while (payloads.Count < 60 && frames.Count < RedundancyLimits.MaxPendingParity)
        {
            byte[] payload = new byte[random.Next(1149)];
            random.NextBytes(payload);
            payloads.Add(number, payload);
            encoder.Add(number, payload, 0);
            number += (ulong)random.Next(1, 3);
            while (encoder.TryTake(0, out ParityGroup group))
            {
                byte[] frame = new byte[1200];
                var writer = new WireWriter(frame);
                ParityFrame.Format(ref writer, number, group.PacketNumbers, group.Xor);
                frames.Add((number++, group.PacketNumbers.ToArray(), frame[1..writer.Written]));
            }
        }

        double loss = random.NextDouble() * 0.5;
        var arrivals = payloads.Keys.Concat(frames.Select(frame => frame.Carrier))
            .Where(_ => random.NextDouble() >= loss).OrderBy(n => n + (ulong)random.Next(12)).ToList();
        var known = new HashSet<ulong>();
        var decoder = new ParityDecoder();
        foreach (ulong arrival in arrivals)
        {
            if (payloads.TryGetValue(arrival, out byte[]? payload))
            {
                known.Add(arrival);
                decoder.OnReceived(arrival, payload);
            }
            else
            {
                var reader = new WireReader(frames.Single(frame => frame.Carrier == arrival).Frame);
                Assert.That(ParityFrame.TryParse(ref reader, arrival, out ParityFrame frame), Is.True);
                Note(decoder.TryRecover(frame));
            }

            while (decoder.TryRecoverPending(out RecoverResult result))
            {
                Note(result);
            }
        }

        foreach ((ulong carrier, ulong[] covered, _) in frames)
        {
            Assert.That(!arrivals.Contains(carrier) || covered.Count(n => !known.Contains(n)) != 1, $"{carrier} was not used");
        }

        void Note(in RecoverResult result)
        {
            Assert.That(result.Status, Is.Not.EqualTo(RecoverStatus.Malformed));
            if (result.Status == RecoverStatus.Recovered)
            {
                Assert.That(known.Add(result.PacketNumber), $"{result.PacketNumber} came twice");
                Assert.That(result.Payload.SequenceEqual(payloads[result.PacketNumber]));
            }
        }
    }

    /// <summary>Long runs over all sizes: slab growth, wrapping and eviction never hand out wrong bytes.</summary>
    [Property(MaxTest = 40)]
    public void Payloads_kept_are_the_payloads_received(int seed)
    {
        var random = new Random(seed);
        var window = new PayloadWindow();
        var oracle = new Dictionary<ulong, byte[]>();
        ulong newest = 0;
        int largest = random.Next(1, ScpLimits.MaxDatagramBytes + 1);
        for (int i = 0; i < 3_000; i++)
        {
            if (i % 500 == 0)
            {
                largest = random.Next(1, random.Next(2) == 0 ? 200 : ScpLimits.MaxDatagramBytes + 1);
            }

            ulong number = (ulong)Math.Max(0, (long)newest + random.Next(-20, random.Next(50) == 0 ? 600 : 4));
            byte[] payload = new byte[random.Next(largest)];
            random.NextBytes(payload);
            bool isTooOld = number + ScpLimits.ParityWindowPackets <= newest;
            Assert.That(window.Add(number, payload), Is.EqualTo(!isTooOld && !oracle.ContainsKey(number)));
            oracle.TryAdd(number, payload);
            newest = Math.Max(newest, number);

            ulong asked = (ulong)Math.Max(0, (long)newest - random.Next(300));
            PayloadState state = window.StateOf(asked, out ReadOnlySpan<byte> kept);
            bool isInWindow = asked + ScpLimits.ParityWindowPackets > newest;
            Assert.That(state == PayloadState.Missing, Is.EqualTo(isInWindow && !oracle.ContainsKey(asked)));
            Assert.That(state != PayloadState.Kept || kept.SequenceEqual(oracle[asked]));
            if (isInWindow && largest < 200 && i % 500 > 300 && oracle.ContainsKey(asked))
            {
                Assert.That(state, Is.EqualTo(PayloadState.Kept), "small payloads all fit");
            }
        }

        window.Release();
    }

    [Property(MaxTest = 300)]
    public void Nothing_hostile_throws(int seed)
    {
        var random = new Random(seed);
        var decoder = new ParityDecoder();
        for (int i = 0; i < 300; i++)
        {
            byte[] bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            ulong carrier = (ulong)random.Next(400);
            if (random.Next(2) == 0)
            {
                decoder.OnReceived(carrier, bytes);
            }
            else
            {
                byte[] frame = [(byte)random.Next(1, 9), .. Enumerable.Range(0, 8).Select(_ => (byte)(random.Next(1, 8) << 2)), (byte)(bytes.Length << 2), .. bytes];
                var reader = new WireReader(frame.AsSpan(0, random.Next(frame.Length)));
                if (ParityFrame.TryParse(ref reader, carrier, out ParityFrame parity))
                {
                    _ = decoder.TryRecover(parity);
                }
            }

            while (decoder.TryRecoverPending(out _))
            {
            }
        }
    }

    [Test]
    public void Nothing_is_allocated_in_steady_state()
    {
        var decoder = new ParityDecoder();
        byte[] payload = new byte[1108];
        byte[] xor = [0x54, 0x04, .. new byte[1108]];
        byte[] buffer = new byte[1200];
        ulong number = 0;
        Run(5_000);
        Assert.That(Allocations.Of(() => Run(20_000)), Is.Zero);

        void Run(int groups)
        {
            Span<ulong> covered = stackalloc ulong[1];
            for (int i = 0; i < groups; i++)
            {
                decoder.OnReceived(number, payload);
                covered[0] = number + 1;
                number += 3;
                var writer = new WireWriter(buffer);
                ParityFrame.Format(ref writer, number, covered, xor);
                var reader = new WireReader(buffer.AsSpan(1, writer.Written - 1));
                if (!ParityFrame.TryParse(ref reader, number, out ParityFrame frame)
                    || decoder.TryRecover(frame).Status != RecoverStatus.Recovered)
                {
                    Assert.Fail("the lost packet was not rebuilt");
                }

                _ = decoder.TryRecoverPending(out _);
            }
        }
    }

    private static RecoverResult TryRecover(ParityDecoder decoder, ulong carrier, ulong[] covered, byte[] xor)
    {
        byte[] buffer = new byte[xor.Length + 128];
        var writer = new WireWriter(buffer);
        ParityFrame.Format(ref writer, carrier, covered, xor);
        var reader = new WireReader(buffer.AsSpan(1, writer.Written - 1));
        Assert.That(ParityFrame.TryParse(ref reader, carrier, out ParityFrame frame), Is.True);
        return decoder.TryRecover(frame);
    }

    private static byte[] XorOf(byte[][] payloads)
    {
        byte[] xor = new byte[2 + payloads.Max(payload => payload.Length)];
        foreach (byte[] payload in payloads)
        {
            xor[0] ^= (byte)payload.Length;
            for (int i = 0; i < payload.Length; i++)
            {
                xor[2 + i] ^= payload[i];
            }
        }

        return xor;
    }
}
