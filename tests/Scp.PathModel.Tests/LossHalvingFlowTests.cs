namespace Scp.PathModel.Tests;

/// <summary>The reference flow fills a link alone and shares it evenly with its like.</summary>
public sealed class LossHalvingFlowTests
{
    private const long NsPerMs = 1_000_000;
    private const long NsPerSecond = 1_000_000_000;
    private const long RateBitsPerSecond = 20_000_000;

    private static readonly PathProfile Bottleneck = PathProfile.ForRoundTrip("shared", 40 * NsPerMs) with
    {
        RateBitsPerSecond = RateBitsPerSecond,
        QueueNs = 50 * NsPerMs,
    };

    [Test]
    public void Alone_it_fills_the_link([Range(1, 5)] int seed)
    {
        var path = new DuplexPath(Bottleneck, (ulong)seed);
        var flow = new LossHalvingFlow(path.Outgoing, path.Incoming, (ulong)seed);
        flow.Start(0);
        Run([flow], 5 * NsPerSecond);
        long before = flow.DeliveredBytes;
        Run([flow], 35 * NsPerSecond);

        double share = (flow.DeliveredBytes - before) * 8.0 / (30 * RateBitsPerSecond);
        TestContext.Out.WriteLine($"seed {seed}: {share:P1} of the link, {flow.Halvings} halvings, {flow.Timeouts} timeouts");
        // A full pipe drains what was queued before the first reading, hence a little over all of it.
        Assert.That(share, Is.InRange(0.85, 1.005));
        Assert.That(flow.Halvings, Is.GreaterThan(1), "it must be the loss that holds it back");
        Assert.That(path.Outgoing.Statistics.DroppedQueueFull, Is.GreaterThan(0));
    }

    [Test]
    public void Two_share_the_link_evenly([Range(1, 10)] int seed)
    {
        var path = new DuplexPath(Bottleneck, (ulong)seed);
        var first = new LossHalvingFlow(path.Outgoing, path.Incoming, (ulong)(2 * seed));
        var second = new LossHalvingFlow(path.Outgoing, path.Incoming, (ulong)((2 * seed) + 1));
        first.Start(0);
        Run([first, second], 3 * NsPerSecond);
        second.Start(3 * NsPerSecond);
        Run([first, second], 30 * NsPerSecond);
        (long firstBefore, long secondBefore) = (first.DeliveredBytes, second.DeliveredBytes);
        Run([first, second], 150 * NsPerSecond);

        double firstBytes = first.DeliveredBytes - firstBefore;
        double secondBytes = second.DeliveredBytes - secondBefore;
        double share = firstBytes / (firstBytes + secondBytes);
        double used = (firstBytes + secondBytes) * 8.0 / (120 * RateBitsPerSecond);
        TestContext.Out.WriteLine($"seed {seed}: {share:P1} to the first, {used:P1} of the link");
        Assert.That(share, Is.InRange(0.35, 0.65));
        Assert.That(used, Is.InRange(0.85, 1.005));
    }

    [Test]
    public void Random_loss_holds_it_far_below_the_link_as_the_square_root_law_says()
    {
        const double loss = 0.01;
        PathProfile lossy = PathProfiles.Intercontinental with { LossProbability = loss };
        var path = new DuplexPath(lossy, PathProfiles.Intercontinental with { LossProbability = 0 }, seed: 1);
        var flow = new LossHalvingFlow(path.Outgoing, path.Incoming, seed: 1);
        flow.Start(0);
        Run([flow], 20 * NsPerSecond);
        long before = flow.DeliveredBytes;
        Run([flow], 220 * NsPerSecond);

        double measured = (flow.DeliveredBytes - before) * 8.0 / 200;
        double law = 1500 * 8 / 0.0803 * Math.Sqrt(1.5 / loss);
        Assert.That(measured, Is.EqualTo(law).Within(20).Percent);
    }

    [Test]
    public void Many_losses_of_one_round_trip_halve_once()
    {
        var path = new DuplexPath(PathProfile.ForRoundTrip("halve", 40 * NsPerMs), seed: 4);
        var flow = new LossHalvingFlow(path.Outgoing, path.Incoming, seed: 4);
        flow.Start(0);
        Run([flow], 190 * NsPerMs);
        int before = flow.WindowSegments;
        Assert.That(flow.Halvings, Is.Zero);

        path.Apply(path.Outgoing.Profile with { LossProbability = 0.3 }, 190 * NsPerMs);
        Run([flow], 220 * NsPerMs);
        path.Apply(path.Outgoing.Profile with { LossProbability = 0 }, 220 * NsPerMs);
        Run([flow], 300 * NsPerMs);
        Assert.That(path.Outgoing.Statistics.DroppedRandom, Is.GreaterThan(10));
        Assert.That(flow.Halvings, Is.EqualTo(1));
        Assert.That(flow.Timeouts, Is.Zero);
        Assert.That(flow.WindowSegments, Is.GreaterThan(before / 2), "it grew until it heard of the loss, then fell by half");
    }

    [Test]
    public void It_survives_a_cut_and_recovers()
    {
        var path = new DuplexPath(Bottleneck, seed: 2);
        var flow = new LossHalvingFlow(path.Outgoing, path.Incoming, seed: 2);
        flow.Start(0);
        Run([flow], 5 * NsPerSecond);
        path.CutBoth();
        Run([flow], 8 * NsPerSecond);
        long during = flow.DeliveredBytes;
        Run([flow], 10 * NsPerSecond);
        Assert.That(flow.DeliveredBytes, Is.EqualTo(during));
        Assert.That(flow.Timeouts, Is.InRange(2, 6));
        path.HealBoth();
        Run([flow], 20 * NsPerSecond);
        Run([flow], 30 * NsPerSecond);
        Assert.That((flow.DeliveredBytes - during) * 8.0 / RateBitsPerSecond, Is.GreaterThan(10));
    }

    [Test]
    public void Stopped_it_falls_silent()
    {
        var path = new DuplexPath(Bottleneck, seed: 3);
        var flow = new LossHalvingFlow(path.Outgoing, path.Incoming, seed: 3);
        flow.Start(0);
        Run([flow], NsPerSecond);
        flow.Stop();
        Run([flow], 2 * NsPerSecond);
        Assert.That(flow.NextAtNs, Is.EqualTo(long.MaxValue));
    }

    private static void Run(LossHalvingFlow[] flows, long untilNs)
    {
        while (true)
        {
            long nowNs = flows.Min(flow => flow.NextAtNs);
            if (nowNs > untilNs)
            {
                return;
            }

            foreach (LossHalvingFlow flow in flows)
            {
                flow.Advance(nowNs);
            }
        }
    }
}
