using static Scp.Protocol.Tests.Congestion.Units;

namespace Scp.Protocol.Tests.Congestion;

/// <summary>The controller against a path alone: utilisation, queue, loss, jitter, changes of rate and outages.</summary>
public sealed class PathTests
{
    [TestCase(20)]
    [TestCase(40)]
    [TestCase(80)]
    public void AloneItFillsThePathAndLeavesTheQueueShort(int rttMs)
    {
        MiniNet net = Net(20, rttMs);
        ScpFlow flow = new(net, 11);
        net.Add(flow, 0);
        double use = Utilisation(net, flow, 5, 30);
        double waitMs = net.TakeMeanWaitMs();
        TestContext.Out.WriteLine($"rtt {rttMs}: {use:p1} of the path, {waitMs:f1} ms in the queue");
        Assert.That(use, Is.GreaterThan(0.95));
        Assert.That(waitMs, Is.LessThan(5));
    }

    [TestCase(0.001, 0.95)]
    [TestCase(0.01, 0.93)]
    [TestCase(0.03, 0.88)]
    [TestCase(0.05, 0.82)]
    public void RandomLossCostsLittleMoreThanWhatIsLost(double loss, double least)
    {
        for (int seed = 1; seed <= 2; seed++)
        {
            MiniNet net = Net(200, 80, seed, loss);
            ScpFlow flow = new(net, (uint)seed);
            net.Add(flow, 0);
            double use = Utilisation(net, flow, 4, 12);
            TestContext.Out.WriteLine($"loss {loss:p1}, seed {seed}: {use:p1}");
            Assert.That(use, Is.GreaterThan(least));
        }
    }

    [Test]
    public void LossAboveATenthIsAnsweredAndTheRateComesBack()
    {
        MiniNet net = Net(200, 80, 3);
        ScpFlow flow = new(net, 3);
        net.Add(flow, 0);
        net.At(5 * Second, () => net.Loss = 0.15);
        net.At(10 * Second, () => net.Loss = 0.01);
        double lossy = Utilisation(net, flow, 8, 10);
        double after = Utilisation(net, flow, 15, 17);
        TestContext.Out.WriteLine($"at 15%: {lossy:p1}; five seconds later: {after:p1}");
        Assert.That(lossy, Is.LessThan(0.3));
        Assert.That(after, Is.GreaterThan(0.8));
    }

    [TestCase(50, 40)]
    [TestCase(50, 80)]
    [TestCase(500, 40)]
    [TestCase(500, 80)]
    public void ATenthOfTheRateIsFoundWithinTwoSecondsAndTheWholeAgainInFive(int queueMsWhenSlow, int rttMs)
    {
        MiniNet net = new(1) { Rate = Mbit(200), QueueBytes = Mbit(20) * queueMsWhenSlow / 1000, RttNs = rttMs * Ms };
        ScpFlow flow = new(net, 5);
        net.Add(flow, 0);
        net.At(5 * Second, () => net.Rate = Mbit(20));
        net.At((12 * Second) + 1, () => net.Rate = Mbit(200));
        double slow = Utilisation(net, flow, 7, 12);
        double waitMs = net.TakeMeanWaitMs();
        double fast = Utilisation(net, flow, 16, 17);
        TestContext.Out.WriteLine($"slow {slow:p1} with {waitMs:f1} ms in the queue, fast again {fast:p1}");
        Assert.That(slow, Is.GreaterThan(0.85));
        Assert.That(waitMs, Is.LessThan(15));
        Assert.That(fast, Is.GreaterThan(0.8));
    }

    [TestCase(0)]
    [TestCase(0.03)]
    public void JitterDoesNotLookLikeAQueue(double loss)
    {
        MiniNet net = new(7) { Rate = Mbit(200), QueueBytes = Mbit(200) / 20, RttNs = 150 * Ms, JitterNs = 20 * Ms, Loss = loss };
        ScpFlow flow = new(net, 7);
        net.Add(flow, 0);
        double use = Utilisation(net, flow, 5, 15);
        TestContext.Out.WriteLine($"jitter of 20 ms each way, loss {loss:p0}: {use:p1}");
        Assert.That(use, Is.GreaterThan(0.8));
    }

    [Test]
    public void ClumpedAcknowledgementsCostLittle()
    {
        MiniNet net = new(7) { Rate = Mbit(200), QueueBytes = Mbit(200) / 20, RttNs = 40 * Ms, AckClumpNs = 10 * Ms, Loss = 0.001 };
        ScpFlow flow = new(net, 7);
        net.Add(flow, 0);
        Assert.That(Utilisation(net, flow, 5, 12), Is.GreaterThan(0.8));
    }

    [Test]
    public void ShortOutagesAreNotCongestion()
    {
        MiniNet net = Net(200, 80);
        for (int i = 1; i < 10; i++)
        {
            net.At(i * 2 * Second, () => net.IsCut = true);
            net.At((i * 2 * Second) + (20 * Ms), () => net.IsCut = false);
        }

        ScpFlow flow = new(net, 7);
        net.Add(flow, 0);
        Assert.That(Utilisation(net, flow, 5, 17), Is.GreaterThan(0.9));
    }

    [TestCase(20, 40)]
    [TestCase(200, 80)]
    public void ACutOfThreeSecondsIsOverTwoSecondsAfterItHeals(int mbit, int rttMs)
    {
        MiniNet net = Net(mbit, rttMs, 1, 0.001);
        ScpFlow flow = new(net, 7);
        net.Add(flow, 0);
        net.At(5 * Second, () => net.IsCut = true);
        net.At(8 * Second, () => net.IsCut = false);
        double use = Utilisation(net, flow, 10, 12);
        TestContext.Out.WriteLine($"{mbit} Mbit/s, rtt {rttMs}: {use:p1} from the second second on");
        Assert.That(use, Is.GreaterThan(0.8));
    }

    [Test]
    public void ALongerRouteIsRecognisedAsOne()
    {
        MiniNet net = Net(20, 40);
        ScpFlow flow = new(net, 7);
        net.Add(flow, 0);
        net.At(5 * Second, () => net.RttNs = 90 * Ms);
        double use = Utilisation(net, flow, 8, 12);
        TestContext.Out.WriteLine($"{use:p1}, floor {flow.Rate.FloorRttNs / 1e6:f1} ms");
        Assert.That(flow.Rate.FloorRttNs, Is.EqualTo(90 * Ms).Within(2).Percent);
        Assert.That(use, Is.GreaterThan(0.85));
    }

    private static MiniNet Net(double mbit, int rttMs, int seed = 1, double loss = 0) =>
        new(seed) { Rate = Mbit(mbit), QueueBytes = Mbit(mbit) / 20, RttNs = rttMs * Ms, Loss = loss };

    private static double Utilisation(MiniNet net, Flow flow, int fromSecond, int toSecond)
    {
        net.RunUntil(fromSecond * Second);
        long before = flow.DeliveredBytes;
        _ = net.TakeMeanWaitMs();
        net.RunUntil(toSecond * Second);
        return (flow.DeliveredBytes - before) / (double)(toSecond - fromSecond) / net.Rate;
    }
}
