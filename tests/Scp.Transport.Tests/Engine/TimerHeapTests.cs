using Scp.Transport.Engine;

namespace Scp.Transport.Tests.Engine;

public sealed class TimerHeapTests
{
    [Test]
    public void It_agrees_with_a_sorted_list([Range(1, 20)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var engine = new IdleEngine();
        SessionDriver[] drivers = [.. Enumerable.Range(0, 40).Select(_ => engine.NewDriver())];
        var heap = new TimerHeap();
        var oracle = new Dictionary<SessionDriver, long>();
        for (int step = 0; step < 5000; step++)
        {
            SessionDriver driver = drivers[random.Next(drivers.Length)];
            if (random.Next(4) == 0)
            {
                heap.Remove(driver);
                _ = oracle.Remove(driver);
            }
            else
            {
                long dueNs = random.Next(10) == 0 ? long.MaxValue : random.Next(50);
                heap.Set(driver, dueNs);
                oracle[driver] = dueNs;
            }

            long earliestNs = oracle.Count == 0 ? long.MaxValue : oracle.Values.Min();
            Assert.That(heap.EarliestNs, Is.EqualTo(earliestNs));
            Assert.That(heap.Earliest is { } earliest ? oracle[earliest] : long.MaxValue, Is.EqualTo(earliestNs));
            Assert.That(drivers.Count(one => one.HeapIndex >= 0), Is.EqualTo(oracle.Count));
        }

        // What is left comes out in order.
        foreach (long dueNs in oracle.Values.Order())
        {
            Assert.That(heap.EarliestNs, Is.EqualTo(dueNs));
            heap.Remove(heap.Earliest!);
        }

        Assert.That(heap.Earliest, Is.Null);
    }
}
