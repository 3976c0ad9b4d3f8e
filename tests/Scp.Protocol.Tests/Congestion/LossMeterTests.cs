using Scp.Protocol.Congestion;
using static Scp.Protocol.Tests.Congestion.Units;

namespace Scp.Protocol.Tests.Congestion;

public sealed class LossMeterTests
{
    private const int Datagram = 1000;

    [TestCase(100, false)]
    [TestCase(120, true)]
    public void JudgesAStretchByTheFractionLost(int lostPermille, bool isExcessive)
    {
        LossMeter meter = default;
        meter.Restart(0);
        bool judged = false;
        for (int round = 1; round <= 3; round++)
        {
            meter.OnLost(lostPermille * 1000);
            judged = meter.OnRoundEnd((1000 - lostPermille) * 1000, Datagram, round * 100 * Ms);
        }

        Assert.That(judged, Is.True);
        Assert.That(meter.Permille, Is.EqualTo(lostPermille));
        Assert.That(meter.IsExcessive, Is.EqualTo(isExcessive));
    }

    [Test]
    public void WaitsForRoundsTimeAndBytes()
    {
        Assert.That(Judges(rounds: 2, roundMs: 1000, bytes: 1_000_000), Is.False, "two rounds");
        Assert.That(Judges(rounds: 10, roundMs: 20, bytes: 1_000_000), Is.False, "200 ms");
        Assert.That(Judges(rounds: 10, roundMs: 100, bytes: Datagram), Is.False, "ten datagrams");
        Assert.That(Judges(rounds: 10, roundMs: 100, bytes: 10 * Datagram), Is.True);
    }

    [Test]
    public void TakesSpuriousLossBack()
    {
        LossMeter meter = default;
        meter.Restart(0);
        meter.OnLost(500_000);
        meter.OnSpurious(490_000);
        _ = meter.OnRoundEnd(330_000, Datagram, 100 * Ms);
        _ = meter.OnRoundEnd(330_000, Datagram, 200 * Ms);
        Assert.That(meter.OnRoundEnd(330_000, Datagram, 300 * Ms), Is.True);
        Assert.That(meter.Permille, Is.EqualTo(10));
    }

    private static bool Judges(int rounds, long roundMs, long bytes)
    {
        LossMeter meter = default;
        meter.Restart(0);
        bool judged = false;
        for (int round = 1; round <= rounds; round++)
        {
            judged |= meter.OnRoundEnd(bytes, Datagram, round * roundMs * Ms);
        }

        return judged;
    }
}
