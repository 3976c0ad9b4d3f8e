using FsCheck;
using Scp.Protocol.Recovery;

namespace Scp.Protocol.Tests.Recovery;

public sealed class BlackHoleDetectorTests
{
    private const long SpanNs = BlackHoleDetector.MinSpanNs;

    [Test]
    public void FourLossesOverTheSpanAreABlackHole()
    {
        var detector = new BlackHoleDetector();
        Assert.That(detector.OnLost(1, 1400, 0), Is.False);
        Assert.That(detector.OnLost(2, 1300, SpanNs), Is.False);
        Assert.That(detector.OnLost(3, 1400, SpanNs), Is.False);
        Assert.That(detector.OnLost(4, 1400, SpanNs), Is.True);
        Assert.That(detector.OnLost(5, 1400, 2 * SpanNs), Is.False, "counting begins anew");
    }

    [Test]
    public void AWholeFlightLostAtOnceIsNoBlackHole()
    {
        var detector = new BlackHoleDetector();
        for (ulong number = 0; number < 1000; number++)
        {
            Assert.That(detector.OnLost(number, 1400, number < 500 ? 0 : SpanNs - 1), Is.False);
        }

        Assert.That(detector.OnLost(1000, 1400, SpanNs), Is.True);
    }

    [TestCase(1400, 10ul, false, Description = "as large and later: the path carries it")]
    [TestCase(1399, 10ul, true, Description = "smaller: says nothing")]
    [TestCase(1400, 3ul, true, Description = "sent before the last suspect, which stays, with three more to come")]
    public void AnAcknowledgementClearsWhatIsOlderAndNoLarger(int bytes, ulong number, bool isBlackHole)
    {
        var detector = new BlackHoleDetector();
        for (ulong lost = 1; lost <= 4; lost++)
        {
            Assert.That(detector.OnLost(lost, 1400, 0), Is.False);
        }

        detector.OnAcked(number, bytes);
        bool found = false;
        for (ulong lost = 11; lost <= 13; lost++)
        {
            found |= detector.OnLost(lost, 1400, SpanNs);
        }

        Assert.That(found, Is.EqualTo(isBlackHole));
    }

    [Test]
    public void ALossToldAfterTheAcknowledgementThatClearsItIsNotSuspect()
    {
        var detector = new BlackHoleDetector();
        detector.OnAcked(100, 1400);
        for (ulong number = 0; number < 100; number++)
        {
            Assert.That(detector.OnLost(number, 1400, (long)number * SpanNs), Is.False);
        }
    }

    /// <summary>While few enough acknowledgements matter, the bounded memory decides as one without bounds.</summary>
    [Property]
    public void ItAgreesWithTheWholeHistory(DoNotSize<int> seed)
    {
        var random = new System.Random(seed.Item);
        int[] sizes = [1300, 1400, 4000, 8000];
        var detector = new BlackHoleDetector();
        var acked = new List<(ulong Number, int Bytes)>();
        var suspects = new List<(ulong Number, int Bytes, long LostNs)>();
        long nowNs = 0;
        for (ulong newest = 30; newest < 400; newest++)
        {
            nowNs += random.NextInt64(SpanNs / 3);
            ulong number = newest - (ulong)random.Next(30);
            int bytes = sizes[random.Next(sizes.Length)];
            if (random.Next(3) == 0)
            {
                detector.OnAcked(number, bytes);
                acked.Add((number, bytes));
                _ = suspects.RemoveAll(lost => number > lost.Number && bytes >= lost.Bytes);
                continue;
            }

            bool isSuspect = !acked.Any(ack => ack.Number > number && ack.Bytes >= bytes);
            if (isSuspect && suspects.Count < BlackHoleDetector.SuspectLosses)
            {
                suspects.Add((number, bytes, nowNs));
            }

            bool expected = isSuspect && suspects.Count == BlackHoleDetector.SuspectLosses && nowNs - suspects[0].LostNs >= SpanNs;
            Assert.That(detector.OnLost(number, bytes, nowNs), Is.EqualTo(expected), $"after packet {newest}");
            if (expected)
            {
                suspects.Clear();
                acked.Clear();
            }
        }
    }

    [Test]
    public void MoreSizesThanAreRememberedDoNoHarm()
    {
        var detector = new BlackHoleDetector();
        for (int i = 0; i < 1000; i++)
        {
            detector.OnAcked((ulong)i, 8000 - i);
        }

        for (ulong i = 0; i < 20; i++)
        {
            Assert.That(detector.OnLost(995, 8000 - 996, (long)i * SpanNs), Is.False, "cleared by one of the newest acknowledgements");
        }
    }
}
