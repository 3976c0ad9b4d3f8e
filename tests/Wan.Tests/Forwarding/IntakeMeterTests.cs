using Wan.Forwarding;

namespace Wan.Tests.Forwarding;

public sealed class IntakeMeterTests
{
    [Test]
    public void Awake_a_packet_is_as_old_as_the_last_drain_at_most()
    {
        var meter = new IntakeMeter(devices: 2, nowNs: 0);
        meter.OnDrained(0, 100);
        Assert.That(meter.LagNs(0, 150), Is.EqualTo(50));
    }

    [Test]
    public void Asleep_it_cannot_be_older_than_the_wake_up()
    {
        var meter = new IntakeMeter(devices: 1, nowNs: 0);
        meter.OnWoken(nowNs: 1_000_000, wokenForNs: 30);
        Assert.That(meter.LagNs(0, 1_000_010), Is.EqualTo(40));
    }

    [Test]
    public void A_wake_up_that_took_longer_than_the_sleep_does_not_make_it_older_than_the_drain()
    {
        var meter = new IntakeMeter(devices: 1, nowNs: 0);
        meter.OnDrained(0, 990);
        meter.OnWoken(nowNs: 1_000, wokenForNs: 500);
        Assert.That(meter.LagNs(0, 1_000), Is.EqualTo(10));
    }

    [Test]
    public void What_was_left_in_a_device_stays_as_old_as_it_was()
    {
        var meter = new IntakeMeter(devices: 2, nowNs: 0);
        meter.OnDrained(0, 100);
        meter.OnDrained(1, 100);
        meter.OnLeft(0);
        meter.OnWoken(nowNs: 300, wokenForNs: 0);
        Assert.That(meter.LagNs(0, 300), Is.EqualTo(200));
        Assert.That(meter.LagNs(1, 300), Is.Zero);

        meter.OnDrained(0, 310);
        meter.OnWoken(nowNs: 400, wokenForNs: 5);
        Assert.That(meter.LagNs(0, 400), Is.EqualTo(5));
    }
}
