using Scp.Protocol.Congestion;
using static Scp.Protocol.Tests.Congestion.Units;

namespace Scp.Protocol.Tests.Congestion;

public sealed class RttFloorTests
{
    [Property]
    public void IsTheSmallestSample(ushort[] samplesUs)
    {
        RttFloor floor = default;
        long smallest = 0;
        foreach (ushort us in samplesUs)
        {
            long rttNs = (us + 1) * 1000L;
            floor.OnSample(rttNs, rttNs, 0);
            smallest = smallest == 0 ? rttNs : Math.Min(smallest, rttNs);
        }

        Assert.That(floor.Ns, Is.EqualTo(smallest));
    }

    [TestCase(1, 1.5)]
    [TestCase(40, 4)]
    [TestCase(400, 8)]
    public void TheMarginIsATenthWithinBounds(int rttMs, double marginMs)
    {
        RttFloor floor = default;
        floor.OnSample(rttMs * Ms, rttMs * Ms, 0);
        Assert.That(floor.MarginNs, Is.EqualTo((long)(marginMs * Ms)));
    }

    [Test]
    public void JitterWidensTheMargin()
    {
        RttFloor floor = default;
        for (int i = 0; i < 1000; i++)
        {
            floor.OnSample((150 + (i % 2 == 0 ? 20 : -20)) * Ms, 150 * Ms, 0);
        }

        Assert.That(floor.MarginNs, Is.EqualTo((8 + 10) * Ms).Within(Ms));
    }

    [Test]
    public void GoesStaleOnlyWhenItIsNotMetAgain()
    {
        RttFloor floor = default;
        floor.OnSample(40 * Ms, 40 * Ms, 0);
        for (int s = 1; s <= 9; s++)
        {
            floor.OnSample(55 * Ms, 55 * Ms, s * Second);
        }

        Assert.That(floor.IsStale(RttFloor.WindowNs), Is.False);
        Assert.That(floor.IsStale(RttFloor.WindowNs + 1), Is.True);
        floor.OnSample(40_500_000, 40_500_000, 9 * Second);
        Assert.That(floor.IsStale(18 * Second), Is.False, "met within a 64th");
        floor.Replace(55 * Ms, 18 * Second);
        Assert.That(floor.Ns, Is.EqualTo(55 * Ms));
        Assert.That(floor.IsStale(27 * Second), Is.False);
    }
}
