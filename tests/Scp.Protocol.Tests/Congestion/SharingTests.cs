using static Scp.Protocol.Tests.Congestion.Units;

namespace Scp.Protocol.Tests.Congestion;

/// <summary>
/// The controller beside others on 20 Mbit/s with a queue of 50 ms, over a minute after ten seconds in which all run.
/// </summary>
public sealed class SharingTests
{
    private const int LaterSeconds = 5;

    [Test]
    public void BesideALossHalvingFlowEachKeepsAQuarter(
        [Values(20, 40, 80)] int rttMs, [Values] Start start, [Values(1, 2, 3)] int seed)
    {
        MiniNet net = Net(rttMs, seed);
        ScpFlow scp = new(net, (uint)seed * 77);
        RenoFlow reno = new(net);
        net.Add(scp, (start == Start.OtherFirst ? LaterSeconds * Second : 0) + (seed * 13 * Ms));
        net.Add(reno, (start == Start.ScpFirst ? LaterSeconds * Second : 0) + (seed * 7 * Ms));
        double[] shares = Shares(net);
        Assert.That(shares, Is.All.GreaterThanOrEqualTo(0.25));
        Assert.That(shares.Sum(), Is.GreaterThan(0.95));
    }

    [Test]
    public void TwoOfAKindShareEvenly([Values(20, 40, 80)] int rttMs, [Values(0, 5)] int laterSeconds, [Values(1, 2, 3)] int seed)
    {
        MiniNet net = Net(rttMs, seed);
        net.Add(new ScpFlow(net, (uint)seed * 77), 0);
        net.Add(new ScpFlow(net, (uint)seed * 1234567), (laterSeconds * Second) + (7 * Ms));
        double[] shares = Shares(net);
        Assert.That(shares, Is.All.GreaterThanOrEqualTo(0.35));
        Assert.That(shares.Sum(), Is.GreaterThan(0.95));
    }

    [TestCase(20)]
    [TestCase(40)]
    [TestCase(80)]
    public void NoneOfEightIsStarved(int rttMs)
    {
        MiniNet net = Net(rttMs, 1);
        for (int i = 0; i < 8; i++)
        {
            net.Add(new ScpFlow(net, (uint)(i + 100)), i * 300 * Ms);
        }

        double[] shares = Shares(net);
        Assert.That(shares, Is.All.GreaterThanOrEqualTo(0.06));
        Assert.That(shares.Sum(), Is.GreaterThan(0.95));
    }

    private static MiniNet Net(int rttMs, int seed) =>
        new(seed) { Rate = Mbit(20), QueueBytes = Mbit(20) / 20, RttNs = rttMs * Ms };

    private static double[] Shares(MiniNet net)
    {
        net.RunUntil((LaterSeconds + 10) * Second);
        long[] before = [.. net.Flows.Select(f => f.DeliveredBytes)];
        _ = net.TakeMeanWaitMs();
        net.RunUntil((LaterSeconds + 70) * Second);
        double[] shares = [.. net.Flows.Select((f, i) => (f.DeliveredBytes - before[i]) / 60.0 / net.Rate)];
        string text = string.Join(" ", shares.Select(s => s.ToString("p0", null)));
        TestContext.Out.WriteLine($"shares {text}, {net.TakeMeanWaitMs():f0} ms in the queue");
        return shares;
    }

    public enum Start
    {
        ScpFirst,
        OtherFirst,
        Together,
    }
}
