using Scp.Protocol.Congestion;
using Tests.Shared;
using static Scp.Protocol.Tests.Congestion.Units;

namespace Scp.Protocol.Tests.Congestion;

public sealed class RateControllerTests
{
    private const int Datagram = ScpFlow.DatagramBytes;

    [Test]
    public void AnUnknownPathGetsTheInitialWindowAtOnceAndNoMore()
    {
        RateController rate = new(Datagram, 1);
        int sent = 0;
        while (rate.MaySend(0, Datagram, sent * Datagram, false))
        {
            _ = rate.OnSent(0, Datagram, sent * Datagram);
            sent++;
        }

        Assert.That(sent, Is.EqualTo(RateController.InitialWindowDatagrams));
    }

    [Test]
    public void OnePacketLargerThanTheWindowStillGoes()
    {
        RateController rate = new(Datagram, 1);
        Assert.That(rate.MaySend(0, ScpLimits.MaxDatagramBytes * 2, 0, false), Is.True);
        Assert.That(rate.MaySend(0, ScpLimits.MaxDatagramBytes * 2, 1, false), Is.False);
    }

    [Test]
    public void SmallTrafficGoesPastTheWindowByAnInitialWindowAtMost()
    {
        RateController rate = new(Datagram, 1);
        long inFlight = 0;
        while (rate.MaySend(0, 100, inFlight, true))
        {
            _ = rate.OnSent(0, 100, inFlight);
            inFlight += 100;
        }

        Assert.That(inFlight, Is.GreaterThan(rate.WindowBytes));
        Assert.That(inFlight, Is.LessThanOrEqualTo(rate.WindowBytes + (RateController.InitialWindowDatagrams * Datagram)));
    }

    [Test]
    public void ALoneSmallRequestNeverWaitsBehindBulk()
    {
        MiniNet net = Net(20, 40);
        ScpFlow flow = Run(net, 3);
        int refused = 0;
        // Ten requests of 200 bytes in each round trip, 50 kB/s: under a tenth of 2.5 MB/s.
        for (long atNs = 3 * Second; atNs < 8 * Second; atNs += 4 * Ms)
        {
            net.At(atNs, () => refused += flow.TrySendSmall(200) ? 0 : 1);
        }

        net.RunUntil(8 * Second);
        Assert.That(refused, Is.Zero);
    }

    [Test]
    public void ManySmallRequestsDoNotTurnThePaceOff()
    {
        MiniNet net = Net(20, 40);
        ScpFlow flow = Run(net, 3);
        flow.IsGreedy = false;
        long before = flow.SentBytes;
        for (long atNs = 4 * Second; atNs < 9 * Second; atNs += 20_000)
        {
            net.At(atNs, () => flow.TrySendSmall(200));
        }

        net.RunUntil(9 * Second);
        Assert.That((flow.SentBytes - before) / 5.0, Is.LessThan(1.15 * net.Rate), "10 MB/s were offered");
    }

    [Test]
    public void SendingLessNeitherLowersNorRaisesTheEstimate()
    {
        MiniNet net = Net(20, 40);
        ScpFlow flow = Run(net, 3);
        flow.IsGreedy = false;
        for (long atNs = 4 * Second; atNs < 60 * Second; atNs += 10 * Ms)
        {
            net.At(atNs, () => flow.Offer(1000));
        }

        net.RunUntil(60 * Second);
        Assert.That(flow.Rate.EstimatedRateBytesPerSecond, Is.EqualTo(net.Rate).Within(3).Percent);
        Assert.That(net.TakeMeanWaitMs(), Is.LessThan(1.5), "and no probing of a path that is not needed");
    }

    [Test]
    public void AfterALongPauseTheEstimateIsKeptAndThePaceHolds()
    {
        MiniNet net = Net(20, 40);
        ScpFlow flow = Run(net, 3);
        flow.IsGreedy = false;
        net.RunUntil(30 * Second);
        flow.LargestBurstBytes = 0;
        net.At(30 * Second, () => flow.Offer(2_000_000));
        net.RunUntil(30 * Second);
        long before = flow.DeliveredBytes;
        net.RunUntil((30 * Second) + (540 * Ms));
        Assert.That(flow.LargestBurstBytes, Is.LessThanOrEqualTo(5 * Datagram));
        Assert.That(flow.DeliveredBytes - before, Is.GreaterThan(net.Rate / 2 * 0.9), "half a second at nearly the full rate");
        Assert.That(net.Overflows, Is.Zero);
    }

    [Test]
    public void PersistentCongestionStartsOverFromTheSmallestWindow()
    {
        MiniNet net = Net(20, 40);
        ScpFlow flow = Run(net, 3);
        flow.Rate.OnPersistentCongestion(net.NowNs);
        Assert.That(flow.Rate.WindowBytes, Is.EqualTo(RateController.MinWindowDatagrams * Datagram));
        Assert.That(flow.Rate.Phase, Is.EqualTo(CongestionPhase.Startup));
        Assert.That(flow.Rate.FloorRttNs, Is.GreaterThan(0), "the path is the same");
    }

    [Test]
    public void AnotherPathForgetsEverything()
    {
        MiniNet net = Net(20, 40);
        ScpFlow flow = Run(net, 3);
        flow.Rate.OnPathChanged(net.NowNs);
        Assert.That(flow.Rate.FloorRttNs, Is.Zero);
        Assert.That(flow.Rate.WindowBytes, Is.EqualTo(RateController.InitialWindowDatagrams * Datagram));
        Assert.That(flow.Rate.EstimatedRateBytesPerSecond, Is.LessThan(net.Rate / 10));
    }

    [Test]
    public void RttRisesWithTheQueueAndFallsWithIt()
    {
        MiniNet net = Net(20, 40);
        ScpFlow flow = Run(net, 5);
        Assert.That(flow.Rate.IsRttRising, Is.False);
        net.Add(new RenoFlow(net), 5 * Second);
        int rising = 0;
        for (int ms = 15_000; ms < 25_000; ms += 10)
        {
            net.RunUntil(ms * Ms);
            rising += flow.Rate.IsRttRising ? 1 : 0;
        }

        Assert.That(rising, Is.GreaterThan(900), "somebody keeps the queue full");
    }

    [Test]
    public void TheSameSeedDecidesAlike()
    {
        List<long> first = Trace(7);
        Assert.That(Trace(7), Is.EqualTo(first));
        Assert.That(Trace(8), Is.Not.EqualTo(first), "and another one differently");

        static List<long> Trace(uint seed)
        {
            MiniNet net = Net(20, 40);
            ScpFlow flow = new(net, seed);
            net.Add(flow, 0);
            List<long> trace = [];
            for (int ms = 0; ms < 5000; ms += 10)
            {
                net.RunUntil(ms * Ms);
                trace.Add(flow.Rate.WindowBytes);
            }

            return trace;
        }
    }

    [Test]
    public void CallsDoNotAllocate()
    {
        RateController rate = new(Datagram, 1);
        long nowNs = 0;
        Turn(1000);
        Assert.That(Allocations.Of(() => Turn(10_000)), Is.Zero);

        void Turn(int times)
        {
            for (int i = 0; i < times; i++)
            {
                _ = rate.MaySend(nowNs, Datagram, 0, true);
                DeliveryStamp stamp = rate.OnSent(nowNs, Datagram, 0);
                rate.OnAppLimited(Datagram);
                nowNs += 10 * Ms;
                rate.OnAcked(stamp, nowNs - (10 * Ms), Datagram, nowNs);
                rate.OnLost(1, nowNs);
                rate.OnSpuriousLoss(1);
                rate.OnAckBatchDone(nowNs, 10 * Ms, 10 * Ms, 0);
                _ = rate.Phase;
            }
        }
    }

    private static MiniNet Net(double mbit, int rttMs) =>
        new(1) { Rate = Mbit(mbit), QueueBytes = Mbit(mbit) / 20, RttNs = rttMs * Ms };

    private static ScpFlow Run(MiniNet net, int seconds)
    {
        ScpFlow flow = new(net, 1);
        net.Add(flow, 0);
        net.RunUntil(seconds * Second);
        _ = net.TakeMeanWaitMs();
        return flow;
    }
}
