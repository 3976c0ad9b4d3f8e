using Scp.Protocol.Congestion;
using static Scp.Protocol.Tests.Congestion.Units;

namespace Scp.Protocol.Tests.Congestion;

public sealed class PacerTests
{
    private const long Rate = 2_500_000;
    private const int Burst = 6000;
    private const int MaxPacket = 1200;

    /// <summary>
    /// However the sender comes and goes, no stretch of time carries more than the rate over it, the burst, and one
    /// packet that is sent on the last of the credit.
    /// </summary>
    [Property(MaxTest = 300)]
    public void NoStretchOfTimeCarriesMoreThanTheRateAndABurst((ushort GapUs, ushort Size)[] steps)
    {
        Pacer pacer = default;
        pacer.SetRate(Rate, Burst);
        pacer.Reset(0);
        // A bucket that leaks at the rate holds the most that any stretch up to now carried beyond it.
        double excess = 0;
        long sentAtNs = 0;
        long nowNs = 0;
        foreach ((ushort gapUs, ushort size) in steps)
        {
            nowNs += gapUs * 1000L / 4;
            int bytes = MaxPacket - (size % (MaxPacket / 2));
            while (pacer.IsDue(nowNs))
            {
                pacer.OnSent(nowNs, bytes, isAhead: false);
                excess = Math.Max(0, excess - (Rate * 1.002 * (nowNs - sentAtNs) / 1e9)) + bytes;
                sentAtNs = nowNs;
                Assert.That(excess, Is.LessThanOrEqualTo(Burst + MaxPacket));
            }
        }
    }

    [TestCase(20_000)]
    [TestCase(2_500_000)]
    [TestCase(125_000_000)]
    [TestCase(1_250_000_000)]
    public void ASenderThatFollowsTheScheduleGetsTheRate(long rate)
    {
        Pacer pacer = default;
        pacer.SetRate(rate, Burst);
        pacer.Reset(0);
        long nowNs = 0;
        const int Packets = 10_000;
        for (int i = 0; i < Packets; i++)
        {
            nowNs = pacer.NextSendAtNs(nowNs);
            Assert.That(pacer.IsDue(nowNs), Is.True);
            pacer.OnSent(nowNs, MaxPacket, isAhead: false);
        }

        Assert.That((Packets * (double)MaxPacket) / (nowNs / 1e9), Is.EqualTo((double)rate).Within(0.3).Percent);
    }

    [Test]
    public void TimeWithoutPacketsIsNotSavedUp()
    {
        Pacer pacer = default;
        pacer.SetRate(Rate, Burst);
        pacer.Reset(0);
        int sent = 0;
        while (pacer.IsDue(100 * Second))
        {
            pacer.OnSent(100 * Second, MaxPacket, isAhead: false);
            sent += MaxPacket;
        }

        Assert.That(sent, Is.LessThanOrEqualTo(Burst + MaxPacket));
    }

    [Test]
    public void SmallTrafficIsBoundedAndPaysForWhatItTakesAhead()
    {
        Pacer pacer = default;
        pacer.SetRate(Rate, Burst);
        pacer.SetFree(Rate / 10, 2400);
        pacer.Reset(0);
        long ahead = 0;
        for (long nowNs = 0; nowNs < Second; nowNs += 100_000)
        {
            if (pacer.HasFree(nowNs, 200))
            {
                pacer.OnSent(nowNs, 200, isAhead: true);
                ahead += 200;
            }
        }

        Assert.That(ahead, Is.EqualTo((Rate / 10) + 2400).Within(3).Percent);
        long paced = 0;
        for (long nowNs = Second; nowNs < 2 * Second; nowNs += 100_000)
        {
            if (pacer.HasFree(nowNs, 200))
            {
                pacer.OnSent(nowNs, 200, isAhead: true);
                paced += 200;
            }

            while (pacer.IsDue(nowNs))
            {
                pacer.OnSent(nowNs, MaxPacket, isAhead: false);
                paced += MaxPacket;
            }
        }

        Assert.That(paced, Is.EqualTo(Rate + Burst).Within(2).Percent, "both together keep to the rate");
    }
}
