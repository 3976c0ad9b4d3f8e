using Scp.Protocol.Recovery;

namespace Scp.Protocol.Tests.Recovery;

[TestFixture]
internal sealed class LossDetectorTests
{
    private const long Ms = 1_000_000;
    private const PacketTraits Tunnelled = PacketTraits.AckEliciting | PacketTraits.Tunnelled;

    private readonly ulong[] _found = new ulong[64];

    /// <summary>
    /// Random sending and acknowledging, against the rule as it is written: lost is what is older than something
    /// acknowledged and was sent longer ago than a round trip and the window.
    /// </summary>
    [Property(MaxTest = 200)]
    public void LostIsWhatTheRuleSays(int seed)
    {
        var random = new Random(seed);
        var path = new Sender();
        for (int step = 0; step < 400; step++)
        {
            path.NowNs += random.NextInt64(0, 8 * Ms);
            if (random.Next(2) == 0)
            {
                path.Send(random.Next(12) == 0 ? PacketTraits.AckEliciting | PacketTraits.MtuProbe : PacketTraits.AckEliciting);
            }
            else if (path.InFlight.Count > 0)
            {
                path.Ack(path.InFlight.ElementAt(random.Next(Math.Min(10, path.InFlight.Count))), random.NextInt64(20 * Ms, 60 * Ms));
            }

            long waitNs = Math.Max(path.Loss.Rtt.SmoothedNs, path.Loss.Rtt.LatestNs) + path.Loss.ReorderWindowNs;
            ulong[] expected = [.. path.InFlight.Where(n => n < path.Loss.LargestAcked && path.Packets[n].SentAtNs + waitNs <= path.NowNs)];
            ulong? later = path.InFlight.Cast<ulong?>().FirstOrDefault(n => n < path.Loss.LargestAcked && path.Packets[n!.Value].SentAtNs + waitNs > path.NowNs);

            int count = path.Loss.DetectLost(path.NowNs, _found);
            Assert.That(_found[..count], Is.EqualTo(expected), $"seed {seed}, step {step}");
            Assert.That(path.Loss.LossAtNs, Is.EqualTo(later is { } n ? path.Packets[n].SentAtNs + waitNs : long.MaxValue), $"seed {seed}, step {step}");
            path.GiveUp(expected);
        }
    }

    [Test]
    public void MoreLossesThanFitAreDueAtOnce()
    {
        var path = new Sender();
        for (int i = 0; i < 10; i++)
        {
            path.Send();
        }

        ulong last = path.Send();
        path.NowNs += 40 * Ms;
        path.Ack(last, 40 * Ms);
        path.NowNs += 100 * Ms;

        Assert.That(path.Loss.DetectLost(path.NowNs, _found.AsSpan(0, 4)), Is.EqualTo(4));
        Assert.That(path.Loss.LossAtNs, Is.EqualTo(path.NowNs));
        path.GiveUp(_found[..4]);
        Assert.That(path.Loss.DetectLost(path.NowNs, _found), Is.EqualTo(6));
        Assert.That(path.Loss.LossAtNs, Is.EqualTo(long.MaxValue));
    }

    [Test]
    public void WhatCameLateWidensTheWindowForTenSecondsAndNoFurtherThanHalfARoundTrip()
    {
        var path = new Sender();
        path.Measure(80 * Ms);
        Assert.That(path.Loss.ReorderWindowNs, Is.EqualTo(5 * Ms), "a sixteenth");

        ulong first = path.Send();
        ulong second = path.Send();
        path.NowNs += 80 * Ms;
        path.Ack(second);
        path.NowNs += 16 * Ms;
        path.Ack(first);
        Assert.That(path.Loss.ReorderWindowNs, Is.EqualTo(20 * Ms).Within(Ms), "five quarters of what was seen");

        path.NowNs += 9_000 * Ms;
        path.Loss.OnSpurious(new SentPacket { SentAtNs = path.NowNs - (1_000 * Ms) }, path.NowNs);
        Assert.That(path.Loss.ReorderWindowNs, Is.EqualTo(path.Loss.Rtt.SmoothedNs / 2));

        path.NowNs += 11_000 * Ms;
        path.Loss.OnSpurious(new SentPacket { SentAtNs = path.NowNs - path.Loss.Rtt.SmoothedNs }, path.NowNs);
        Assert.That(path.Loss.ReorderWindowNs, Is.EqualTo(path.Loss.Rtt.SmoothedNs / 16));
    }

    [Test]
    public void ProbesComeAfterTheTimeoutAndThenHalfAsLateAgainEachTimeUpToTheLimit()
    {
        var path = new Sender();
        path.Measure(100 * Ms);
        long sentNs = path.NowNs;
        _ = path.Send();
        long intervalNs = path.Loss.Rtt.ProbeTimeoutNs;
        Assert.That(path.Loss.ProbeAtNs, Is.EqualTo(sentNs + intervalNs));

        path.NowNs = path.Loss.ProbeAtNs;
        Assert.That(path.Loss.TakeProbes(path.NowNs, _found), Is.EqualTo(1));
        for (int i = 0; i < 20; i++)
        {
            intervalNs = Math.Min(intervalNs + (intervalNs / 2), ScpLimits.MaxProbeIntervalNs);
            Assert.That(path.Loss.ProbeAtNs - path.NowNs, Is.EqualTo(intervalNs), $"probe {i}");
            path.NowNs = path.Loss.ProbeAtNs;
            _ = path.Loss.TakeProbes(path.NowNs, _found);
        }

        Assert.That(intervalNs, Is.EqualTo(ScpLimits.MaxProbeIntervalNs));
    }

    [Test]
    public void ASteadyFlowDoesNotPutOffTheProbeOfTheOldestPacket()
    {
        var path = new Sender();
        path.Measure(40 * Ms);
        long dueNs = path.NowNs + path.Loss.Rtt.ProbeTimeoutNs;
        for (int i = 0; i < 50; i++)
        {
            _ = path.Send();
            path.NowNs += Ms;
            Assert.That(path.Loss.ProbeAtNs, Is.EqualTo(dueNs));
        }
    }

    [Test]
    public void EveryPacketIsProbedOnceAndOnlyWhenItsOwnTimeHasCome()
    {
        var path = new Sender();
        path.Measure(40 * Ms);
        ulong first = path.Send();
        ulong second = path.Send();
        path.NowNs += 20 * Ms;
        ulong third = path.Send();
        path.NowNs = path.Loss.ProbeAtNs;

        Assert.That(_found[..path.Loss.TakeProbes(path.NowNs, _found)], Is.EqualTo([first, second]));
        path.NowNs = path.Loss.ProbeAtNs;
        Assert.That(_found[..path.Loss.TakeProbes(path.NowNs, _found)], Is.EqualTo([third]));
        path.NowNs = path.Loss.ProbeAtNs;
        Assert.That(path.Loss.TakeProbes(path.NowNs, _found), Is.Zero, "a bare probe is all that is left");
        Assert.That(path.Loss.ProbeCount, Is.EqualTo(3));

        path.Ack(third);
        Assert.That(path.Loss.ProbeCount, Is.Zero);
    }

    [TestCase(Tunnelled)]
    [TestCase(PacketTraits.AckEliciting | PacketTraits.MtuProbe)]
    [TestCase(PacketTraits.AckEliciting | PacketTraits.PathProbe)]
    [TestCase(PacketTraits.AckEliciting | PacketTraits.Parity)]
    public void WhatRunsNoTimerIsNotProbed(PacketTraits traits)
    {
        var path = new Sender();
        path.Measure(40 * Ms);
        _ = path.Send(traits);
        Assert.That(path.Loss.ProbeAtNs, Is.EqualTo(long.MaxValue));
    }

    /// <summary>A lane is slow rather than lossy; but whoever has no room refuses what came by lane too.</summary>
    [Test]
    public void WhatWentByLaneGoesAgainWhenWhatWasSentLaterHasBeenAcknowledgedForASecond()
    {
        var path = new Sender();
        path.Measure(40 * Ms);
        ulong byLane = path.Send(Tunnelled);
        ulong byDatagram = path.Send();
        ulong last = path.Send();
        path.NowNs += 40 * Ms;
        path.Ack(last);
        path.NowNs += 10 * Ms;
        Assert.That(_found[..path.Loss.DetectLost(path.NowNs, _found)], Is.EqualTo([byDatagram]), "what waits by lane hides no other loss");
        path.GiveUp([byDatagram]);
        Assert.That(path.Loss.LossAtNs, Is.EqualTo(path.Packets[byLane].SentAtNs + (1_000 * Ms)));

        path.NowNs = path.Loss.LossAtNs;
        Assert.That(_found[..path.Loss.DetectLost(path.NowNs, _found)], Is.EqualTo([byLane]));
    }

    private sealed class Sender
    {
        public Sender() => Loss = new LossDetector(Packets);

        public SentPackets Packets { get; } = new();

        public LossDetector Loss { get; }

        public SortedSet<ulong> InFlight { get; } = [];

        public long NowNs { get; set; } = 1_000_000_000;

        public ulong Send(PacketTraits traits = PacketTraits.AckEliciting)
        {
            ulong number = Packets.Next;
            Packets.Add(new SentPacket { SentAtNs = NowNs, Bytes = 100, FirstItem = Packets.BeginItems(), Traits = traits });
            InFlight.Add(number);
            return number;
        }

        public void Ack(ulong number, long? sampleNs = null)
        {
            if (sampleNs is { } sample)
            {
                Loss.OnRttSample(sample, 0);
            }

            SentPacket packet = Packets[number];
            Loss.OnAcked(number, packet, NowNs);
            Packets.Settle(number);
            InFlight.Remove(number);
        }

        public void GiveUp(IEnumerable<ulong> numbers)
        {
            foreach (ulong number in numbers)
            {
                Packets.MarkLost(number);
                InFlight.Remove(number);
            }
        }

        /// <summary>Makes the round trip known as exactly this, without variation.</summary>
        public void Measure(long rttNs)
        {
            for (int i = 0; i < 100; i++)
            {
                Loss.OnRttSample(rttNs, 0);
            }
        }
    }
}
