using FsCheck;
using Scp.Protocol.Liveness;
using Tests.Shared;

namespace Scp.Protocol.Tests.Liveness;

public sealed class PhiAccrualTests
{
    private const long Ms = 1_000_000;
    private const long BeatNs = 100 * Ms;

    [Test]
    public void TheTailIsTheNormalDistributions()
    {
        for (double y = -6; y <= 35; y += 0.125)
        {
            Assert.That(PhiAccrual.NegativeLog10OfTail(y), Is.EqualTo(TailOracle(y)).Within(0.006), $"at {y}");
        }
    }

    [Test]
    public void TheTailRisesWithoutAStepAndWithoutEnd()
    {
        double last = PhiAccrual.NegativeLog10OfTail(-10);
        for (double y = -10; y < 1000; y += 0.01)
        {
            double phi = PhiAccrual.NegativeLog10OfTail(y);
            Assert.That(phi, Is.GreaterThanOrEqualTo(last), $"at {y}");
            Assert.That(double.IsFinite(phi), Is.True, $"at {y}");
            last = phi;
        }

        Assert.That(PhiAccrual.NegativeLog10OfTail(0), Is.EqualTo(Math.Log10(2)).Within(1e-12));
    }

    /// <summary>Against a slow model that keeps every arrival and works all out from there.</summary>
    [Property]
    public void SuspicionAgreesWithTheWholeHistory(DoNotSize<int> seed)
    {
        var random = new System.Random(seed.Item);
        long nowNs = random.NextInt64(1L << 50);
        var detector = new PhiAccrual(BeatNs, nowNs);
        var arrivals = new List<long> { nowNs };
        for (int i = 0; i < 600; i++)
        {
            nowNs += random.Next(5) switch
            {
                0 => random.NextInt64(BeatNs),
                1 => random.NextInt64(3 * BeatNs),
                2 => random.Next(40) == 0 ? random.NextInt64(100 * BeatNs) : BeatNs,
                _ => random.NextInt64(5 * Ms),
            };
            detector.Heartbeat(nowNs);
            arrivals.Add(nowNs);
            if (i % 10 == 0)
            {
                long laterNs = nowNs + random.NextInt64(4 * BeatNs);
                Assert.That(
                    detector.Suspicion(laterNs), Is.EqualTo(HistoryOracle(arrivals, laterNs)).Within(0.006), $"after {i} arrivals");
            }
        }
    }

    [Property]
    public bool SilenceOnlyEverGetsMoreSuspicious(DoNotSize<int> seed)
    {
        var random = new System.Random(seed.Item);
        var detector = new PhiAccrual(BeatNs, 0);
        long nowNs = 0;
        for (int i = random.Next(200); i > 0; i--)
        {
            detector.Heartbeat(nowNs += random.NextInt64(2 * BeatNs));
        }

        double last = 0;
        for (int i = 0; i < 500; i++)
        {
            double phi = detector.Suspicion(nowNs += random.NextInt64(BeatNs / 10));
            if (phi < last)
            {
                return false;
            }

            last = phi;
        }

        return true;
    }

    [Test]
    public void ABurstDoesNotMakeItNervous()
    {
        PhiAccrual idle = Regular(packets: 200, BeatNs, out long idleEndNs);
        PhiAccrual busy = Regular(packets: 200, BeatNs, out long busyEndNs);
        for (int i = 0; i < 100_000; i++)
        {
            busy.Heartbeat(busyEndNs += Ms / 10);
        }

        foreach (long silenceNs in (long[])[BeatNs, 3 * BeatNs / 2, 2 * BeatNs, 5 * BeatNs])
        {
            Assert.That(busy.Suspicion(busyEndNs + silenceNs), Is.EqualTo(idle.Suspicion(idleEndNs + silenceNs)).Within(1e-9));
        }

        Assert.That(busy.Suspicion(busyEndNs + BeatNs), Is.LessThan(0.5), "a beat after a burst is on time");
    }

    [Test]
    public void ABurstDoesNotWipeOutWhatIsKnownOfJitter()
    {
        var random = new System.Random(3);
        var detector = new PhiAccrual(BeatNs, 0);
        long nowNs = 0;
        for (int i = 0; i < PhiAccrual.Samples; i++)
        {
            detector.Heartbeat(nowNs += BeatNs + random.NextInt64(3 * BeatNs));
        }

        double before = detector.Suspicion(nowNs + (6 * BeatNs));
        for (int i = 0; i < 10_000; i++)
        {
            detector.Heartbeat(nowNs += Ms / 20);
        }

        Assert.That(detector.Suspicion(nowNs + (6 * BeatNs)), Is.EqualTo(before).Within(15).Percent, "half a second of a burst is five samples");
    }

    [Test]
    public void ARegularPeerIsTrustedAndADeadOneIsNot()
    {
        PhiAccrual detector = Regular(packets: 300, BeatNs, out long endNs);
        Assert.That(detector.Suspicion(endNs), Is.LessThan(0.001));
        Assert.That(detector.Suspicion(endNs + BeatNs), Is.EqualTo(Math.Log10(2)).Within(0.001));
        Assert.That(detector.Suspicion(endNs + (2 * BeatNs)), Is.InRange(4.0, 5.0));
        Assert.That(detector.Suspicion(endNs + (3 * BeatNs)), Is.GreaterThan(12));
    }

    [Test]
    public void AnUnsteadyPeerIsGivenMoreTime()
    {
        PhiAccrual steady = Regular(packets: 300, BeatNs, out long steadyEndNs);
        var unsteady = new PhiAccrual(BeatNs, 0);
        long endNs = 0;
        for (int i = 0; i < 300; i++)
        {
            unsteady.Heartbeat(endNs += i % 4 == 0 ? 3 * BeatNs : BeatNs);
        }

        Assert.That(unsteady.Suspicion(endNs + (3 * BeatNs)), Is.LessThan(3));
        Assert.That(steady.Suspicion(steadyEndNs + (3 * BeatNs)), Is.GreaterThan(12));
    }

    [Test]
    public void AnOutageIsRememberedAsAShortOne()
    {
        PhiAccrual once = Regular(packets: 300, BeatNs, out long onceNs);
        PhiAccrual shorter = Regular(packets: 300, BeatNs, out long shorterNs);
        once.Heartbeat(onceNs += 3600 * 1000 * Ms);
        shorter.Heartbeat(shorterNs += PhiAccrual.MaxSampleBeats * BeatNs);
        Assert.That(once.Suspicion(onceNs + (4 * BeatNs)), Is.EqualTo(shorter.Suspicion(shorterNs + (4 * BeatNs))).Within(1e-9));
        Assert.That(once.Suspicion(onceNs + (8 * BeatNs)), Is.GreaterThan(8), "an hour's outage has not made it blind");
    }

    [Test]
    public void OwnStandstillIsForgivenAndTeachesNothing()
    {
        PhiAccrual detector = Regular(packets: 300, BeatNs, out long endNs);
        PhiAccrual other = Regular(packets: 300, BeatNs, out long otherEndNs);
        long backNs = endNs + (50 * BeatNs);
        Assert.That(detector.Suspicion(backNs), Is.GreaterThan(100));
        detector.Forgive(backNs);
        Assert.That(detector.Suspicion(backNs), Is.LessThan(0.001));
        for (int i = 1; i <= 5; i++)
        {
            detector.Heartbeat(backNs + (i * BeatNs));
            other.Heartbeat(otherEndNs + (i * BeatNs));
        }

        Assert.That(
            detector.Suspicion(backNs + (7 * BeatNs)),
            Is.EqualTo(other.Suspicion(otherEndNs + (7 * BeatNs))).Within(1e-9));
    }

    [Test]
    public void TheFirstPacketAfterOwnStandstillTeachesNothing()
    {
        PhiAccrual detector = Regular(packets: 300, 3 * BeatNs, out long endNs);
        double before = detector.Suspicion(endNs + (4 * BeatNs));
        long backNs = endNs + (50 * BeatNs);
        detector.Forgive(backNs);
        detector.Heartbeat(backNs + Ms);
        Assert.That(detector.Suspicion(backNs + Ms + (4 * BeatNs)), Is.EqualTo(before));
    }

    [Test]
    public void AClockThatStandsOrFallsBackDoesNoHarm()
    {
        PhiAccrual detector = Regular(packets: 10, BeatNs, out long endNs);
        double before = detector.Suspicion(endNs + BeatNs);
        detector.Heartbeat(endNs);
        detector.Heartbeat(endNs - BeatNs);
        detector.Forgive(endNs - BeatNs);
        Assert.That(detector.LastHeardNs, Is.EqualTo(endNs));
        Assert.That(detector.Suspicion(endNs + BeatNs), Is.EqualTo(before));
        Assert.That(detector.Suspicion(endNs - BeatNs), Is.LessThan(0.001));
    }

    [Test]
    public void NothingIsAllocated()
    {
        PhiAccrual detector = Regular(packets: 10, BeatNs, out long nowNs);
        double sum = 0;
        long allocated = Allocations.Of(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                detector.Heartbeat(nowNs += BeatNs / 3);
                sum += detector.Suspicion(nowNs + BeatNs);
            }
        });
        Assert.That(allocated, Is.Zero);
        Assert.That(sum, Is.Positive);
    }

    private static PhiAccrual Regular(int packets, long intervalNs, out long endNs)
    {
        var detector = new PhiAccrual(BeatNs, 0);
        endNs = 0;
        for (int i = 0; i < packets; i++)
        {
            detector.Heartbeat(endNs += intervalNs);
        }

        return detector;
    }

    /// <summary>
    /// -log10 of the tail by Simpson's rule. The tail beyond y is the density at y times the integral of
    /// exp(-y·t - t²/2) over t ≥ 0, which keeps its size however far out y is.
    /// </summary>
    private static double TailOracle(double y)
    {
        if (y < 0)
        {
            return -Math.Log10(1 - Math.Pow(10, -TailOracle(-y)));
        }

        const int Steps = 2_000;
        const double Width = 12.0 / Steps;
        double Integrand(double t) => Math.Exp((-y * t) - (t * t / 2));
        double integral = Integrand(0) + Integrand(12);
        for (int i = 1; i < Steps; i++)
        {
            integral += Integrand(i * Width) * (i % 2 == 1 ? 4 : 2);
        }

        return -(Math.Log(integral * Width / 3) - (y * y / 2) - (0.5 * Math.Log(2 * Math.PI))) / Math.Log(10);
    }

    private static double HistoryOracle(List<long> arrivals, long nowNs)
    {
        var samples = new List<double>();
        long periodStart = arrivals[0];
        double longest = 0;
        for (int i = 1; i < arrivals.Count; i++)
        {
            longest = Math.Max(longest, arrivals[i] - arrivals[i - 1]);
            if (arrivals[i] >= periodStart + BeatNs)
            {
                samples.Add(Math.Min(Math.Max(longest, BeatNs), 8.0 * BeatNs));
                periodStart = arrivals[i];
                longest = 0;
            }
        }

        double[] recent = [.. samples.TakeLast(64)];
        double mean = recent.Length == 0 ? BeatNs : recent.Average();
        double variance = recent.Length == 0 ? 0 : recent.Average(sample => (sample - mean) * (sample - mean));
        return TailOracle((nowNs - arrivals[^1] - mean) / Math.Max(Math.Sqrt(variance), BeatNs / 4.0));
    }
}
