using Scp.Transport.Lanes;

namespace Scp.Transport.Tests.Lanes;

[CancelAfter(30_000)]
public sealed class LaneBacklogTests
{
    private const long MsNs = 1_000_000;

    [Test]
    public void It_agrees_with_its_rules([Range(1, 20)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var backlog = new LaneBacklog();
        long held = 0;
        bool isAwaited = false;
        int wakes = 0;
        int refusals = 0;
        for (int step = 0; step < 20_000; step++)
        {
            // In spells: now the engine gives faster, now the connection takes faster.
            if (random.Next(10) < (step / 200 % 2 == 0 ? 7 : 3))
            {
                bool hasRoom = held < backlog.LimitBytes;
                Assert.That(backlog.HasRoom(), Is.EqualTo(hasRoom), $"step {step}");
                isAwaited |= !hasRoom;
                refusals += hasRoom ? 0 : 1;
                int bytes = hasRoom ? random.Next(1, 73_000) : 0;
                backlog.Add(bytes);
                held += bytes;
            }
            else if (held > 0)
            {
                int bytes = (int)Math.Min(held, random.Next(1, 73_000));
                bool wakesEngine = backlog.OnWritten(bytes, random.NextInt64(0, 20 * MsNs));
                held -= bytes;
                Assert.That(wakesEngine, Is.EqualTo(isAwaited && held <= backlog.LimitBytes / 2), $"step {step}");
                isAwaited &= !wakesEngine;
                wakes += wakesEngine ? 1 : 0;
            }

            Assert.That(backlog.LimitBytes, Is.InRange(TransportLimits.MinLaneWriteBytes, TransportLimits.MaxLaneWriteBytes));
        }

        Assert.That((wakes, refusals), Is.GreaterThan((10, 10)), "both sides met each other");
    }

    /// <summary>What a steady connection takes in 4 ms may wait for it, within bounds.</summary>
    [TestCase(1_000_000, TransportLimits.MinLaneWriteBytes)]
    [TestCase(100_000_000, 400_000)]
    [TestCase(400_000_000, 1_600_000)]
    [TestCase(10_000_000_000, TransportLimits.MaxLaneWriteBytes)]
    public void The_limit_follows_the_rate_of_the_connection(long bytesASecond, long limitBytes)
    {
        const int Bytes = 65_536;
        long elapsedNs = Bytes * 1_000_000_000L / bytesASecond;
        var backlog = new LaneBacklog();
        Assert.That(backlog.LimitBytes, Is.EqualTo(TransportLimits.MinLaneWriteBytes));
        Settle(backlog, Bytes, elapsedNs);
        Assert.That(backlog.LimitBytes, Is.EqualTo(limitBytes).Within(1).Percent);

        // And back, when it becomes slow.
        Settle(backlog, Bytes, 1000 * MsNs);
        Assert.That(backlog.LimitBytes, Is.EqualTo(TransportLimits.MinLaneWriteBytes));
    }

    [Test]
    public void A_write_that_took_no_time_is_no_rate_without_bound()
    {
        var backlog = new LaneBacklog();
        backlog.Add(65_536);
        _ = backlog.OnWritten(65_536, 0);
        Assert.That(backlog.LimitBytes, Is.EqualTo(TransportLimits.MaxLaneWriteBytes));
        Settle(backlog, 65_536, 1000 * MsNs);
        Assert.That(backlog.LimitBytes, Is.EqualTo(TransportLimits.MinLaneWriteBytes));
    }

    /// <summary>What the system swallows at once says nothing of a slow path, on which what waits here is waited for.</summary>
    [Test]
    public void Small_writes_do_not_make_a_slow_connection_fast()
    {
        var backlog = new LaneBacklog();
        Settle(backlog, 65_536, 52 * MsNs);
        for (int i = 0; i < 4; i++)
        {
            backlog.Add(2_048);
            _ = backlog.OnWritten(2_048, 4_000);
        }

        Assert.That(backlog.LimitBytes, Is.EqualTo(TransportLimits.MinLaneWriteBytes));
    }

    [Test]
    public void Who_was_told_of_room_is_woken_once_and_only_when_half_is_free()
    {
        const int Limit = TransportLimits.MinLaneWriteBytes;
        var backlog = new LaneBacklog();
        backlog.Add(Limit);
        Assert.That(backlog.OnWritten(1, 1000 * MsNs), Is.False, "nobody asked");
        backlog.Add(1);
        Assert.That(backlog.HasRoom(), Is.False);
        Assert.That(backlog.OnWritten((Limit / 2) - 1, 1000 * MsNs), Is.False, "not half yet");
        Assert.That(backlog.OnWritten(1, 1000 * MsNs), "half");
        Assert.That(backlog.OnWritten(Limit / 2, 1000 * MsNs), Is.False, "said once");
        Assert.That(backlog.HasRoom());
    }

    /// <summary>Two threads, and the engine's waits when there is no room: a wish that is not seen would keep it waiting for ever.</summary>
    [Test]
    public void No_wish_is_lost_between_two_threads([Values(1, 2, 3)] int seed)
    {
        const int Total = 400_000_000;
        TestContext.Out.WriteLine($"seed {seed}");
        var backlog = new LaneBacklog();
        using var woken = new SemaphoreSlim(0);
        long given = 0;
        var connection = new Thread(() =>
        {
            var random = new Random(seed);
            for (long taken = 0; taken < Total;)
            {
                long ready = Volatile.Read(ref given) - taken;
                if (ready == 0)
                {
                    _ = Thread.Yield();
                    continue;
                }

                int bytes = (int)Math.Min(ready, random.Next(1, 65_536));
                taken += bytes;
                if (backlog.OnWritten(bytes, 1000 * MsNs))
                {
                    _ = woken.Release();
                }
            }
        });
        connection.Start();
        var engine = new Random(seed + 1);
        int waits = 0;
        while (given < Total)
        {
            if (backlog.HasRoom())
            {
                int bytes = (int)Math.Min(Total - given, engine.Next(1, 65_536));
                backlog.Add(bytes);
                Volatile.Write(ref given, given + bytes);
                continue;
            }

            waits++;
            if (!woken.Wait(TimeSpan.FromSeconds(10)))
            {
                Volatile.Write(ref given, Total);
                Assert.Fail("It waits for room, there is room, and nobody says so.");
            }
        }

        connection.Join();
        TestContext.Out.WriteLine($"{waits} waits");
        Assert.That(waits, Is.GreaterThan(10));
    }

    private static void Settle(LaneBacklog backlog, int bytes, long elapsedNs)
    {
        for (int i = 0; i < 200; i++)
        {
            backlog.Add(bytes);
            _ = backlog.OnWritten(bytes, elapsedNs);
        }
    }
}
