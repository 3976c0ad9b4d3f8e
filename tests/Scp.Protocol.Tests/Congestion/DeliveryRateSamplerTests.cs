using Scp.Protocol.Congestion;
using static Scp.Protocol.Tests.Congestion.Units;

namespace Scp.Protocol.Tests.Congestion;

public sealed class DeliveryRateSamplerTests
{
    private const int Bytes = 1000;
    private readonly Queue<(DeliveryStamp Stamp, long SentAtNs)> _inFlight = [];
    private DeliveryRateSampler _sampler = null!;

    [SetUp]
    public void Begin()
    {
        _sampler = new DeliveryRateSampler();
        _inFlight.Clear();
    }

    [Test]
    public void MeasuresASteadyPathExactly()
    {
        RateSample last = default;
        // A packet a millisecond, a round trip of ten: a megabyte a second.
        for (int ms = 0; ms < 100; ms++)
        {
            if (ms >= 10)
            {
                last = Ack(ms * Ms);
            }

            Send(ms * Ms);
        }

        Assert.That(last.Rate, Is.EqualTo(1_000_000));
        Assert.That(last.IsAppLimited, Is.False);
    }

    [Test]
    public void BunchedAcknowledgementsDoNotLookFast()
    {
        for (int ms = 0; ms < 20; ms++)
        {
            Send(ms * Ms);
        }

        RateSample sample = default;
        for (int i = 0; i < 20; i++)
        {
            sample = Ack(30 * Ms);
        }

        Assert.That(sample.Rate, Is.LessThanOrEqualTo(1_000_000));
    }

    [Test]
    public void ABurstMeasuresTheBottleneckAndNotTheBurst()
    {
        for (int i = 0; i < 10; i++)
        {
            Send(0);
        }

        RateSample sample = default;
        for (int i = 1; i <= 10; i++)
        {
            sample = Ack((10 + i) * Ms);
        }

        Assert.That(sample.Rate, Is.EqualTo(10 * Bytes * 1000 / 20));
    }

    [Test]
    public void SilenceBeforeTheFirstPacketDoesNotCount()
    {
        Send(0);
        _ = Ack(10 * Ms);
        Send(5 * Second);
        Assert.That(Ack((5 * Second) + (10 * Ms)).Rate, Is.EqualTo(Bytes * 100));
    }

    [Test]
    public void ASampleShorterThanTheFloorIsNotGivenOut()
    {
        Send(0);
        Assert.That(Ack(9 * Ms, floorNs: 10 * Ms).Rate, Is.Zero);
    }

    [Test]
    public void SamplesAreMarkedUntilWhatWasInFlightIsDelivered()
    {
        Send(0);
        Send(0);
        _sampler.OnAppLimited(2 * Bytes);
        Send(1 * Ms);
        Assert.That(Ack(10 * Ms).IsAppLimited, Is.False, "sent before the limit");
        _ = Ack(10 * Ms);
        Assert.That(Ack(11 * Ms).IsAppLimited, Is.True, "sent after it");
        Send(12 * Ms);
        Assert.That(Ack(22 * Ms).IsAppLimited, Is.False, "the limit has passed");
    }

    [Test]
    public void ARoundEndsWithThePacketSentAfterItBegan()
    {
        Send(0);
        Send(1 * Ms);
        Assert.That(Ack(10 * Ms).RoundEnded, Is.True, "the first");
        Send(10 * Ms);
        Assert.That(Ack(11 * Ms).RoundEnded, Is.False, "sent in the round before");
        Assert.That(Ack(20 * Ms).RoundEnded, Is.True);
    }

    [Test]
    public void AFrameThatAcknowledgesNothingNewSaysNothing() =>
        Assert.That(_sampler.Take(0), Is.EqualTo(default(RateSample)));

    private void Send(long nowNs) => _inFlight.Enqueue((_sampler.OnSent(nowNs, _inFlight.Count * Bytes), nowNs));

    private RateSample Ack(long nowNs, long floorNs = 0)
    {
        (DeliveryStamp stamp, long sentAtNs) = _inFlight.Dequeue();
        _sampler.OnAcked(stamp, sentAtNs, Bytes, nowNs);
        return _sampler.Take(floorNs);
    }
}
