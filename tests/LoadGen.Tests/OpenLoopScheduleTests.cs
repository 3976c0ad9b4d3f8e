using LoadGen.Measuring;

namespace LoadGen.Tests;

public sealed class OpenLoopScheduleTests
{
    [TestCase(200, 60, 12_000)]
    [TestCase(20, 0.5, 10)]
    [TestCase(3, 10, 30)]
    [TestCase(0.01, 1, 1)]
    public void So_many_requests_are_due(double rate, double seconds, long count) =>
        Assert.That(new OpenLoopSchedule(0, rate, seconds).Count, Is.EqualTo(count));

    [Test]
    public void Requests_are_due_evenly_and_no_rounding_adds_up([Values(3, 7, 200, 333, 999_983)] double rate)
    {
        var schedule = new OpenLoopSchedule(1_000_000_007, rate, 3600);
        long lastNs = long.MinValue;
        for (long i = 0; i < 10_000; i++)
        {
            long dueNs = schedule.DueNs(i);
            decimal exact = 1_000_000_007m + (i * 1_000_000_000m / (decimal)rate);
            Assert.That(Math.Abs(dueNs - exact), Is.LessThanOrEqualTo(1m), $"request {i}");
            Assert.That(dueNs, Is.GreaterThan(lastNs));
            lastNs = dueNs;
        }

        Assert.That(schedule.DueNs((long)rate * 3600) - schedule.EndNs, Is.InRange(-1_000, 1_000), "the end of an hour");
    }

    [Test]
    public void All_are_due_before_the_end([Values(1, 19.5, 200, 1234.5)] double rate, [Values(0.1, 1, 7.3)] double seconds)
    {
        var schedule = new OpenLoopSchedule(5, rate, seconds);
        Assert.That(schedule.DueNs(0), Is.EqualTo(5));
        Assert.That(schedule.DueNs(schedule.Count - 1), Is.LessThan(schedule.EndNs));
    }
}
