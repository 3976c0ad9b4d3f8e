using System.Collections.Concurrent;
using System.Diagnostics;
using Scp.Transport.Engine;
using Scp.Transport.Tests.Udp;
using Scp.Transport.Udp;

namespace Scp.Transport.Tests.Engine;

public sealed class WakerTests
{
    private const long PatienceNs = Sockets.PatienceNs;

    [Test]
    public void Signals_to_an_owner_who_is_awake_cost_no_system_call()
    {
        using var waker = new Waker();
        for (int i = 0; i < 1000; i++)
        {
            waker.Signal();
            Assert.That(waker.Drain(), Is.EqualTo(true));
            Assert.That(waker.Drain(), Is.EqualTo(false));
        }

        Assert.That(waker.EventWrites, Is.Zero);
    }

    [Test]
    public void Of_many_signals_to_a_sleeper_one_writes()
    {
        using UdpSocket socket = Sockets.Open(UdpSocketMode.Batches);
        using var waker = new Waker();
        Assert.That(waker.TryArm());
        for (int i = 0; i < 10; i++)
        {
            waker.Signal();
        }

        Assert.That(waker.EventWrites, Is.EqualTo(1));
        Assert.That(waker.TryArm(), Is.False, "a signal forbids sleep");
        Assert.That(Poller.Wait(socket.Handle, waker, PatienceNs), Is.EqualTo(PollResult.Signalled));
        Assert.That(Poller.Wait(socket.Handle, waker, 1), Is.EqualTo(PollResult.None));
    }

    [Test]
    public void A_write_that_comes_late_wakes_once_for_nothing()
    {
        using UdpSocket socket = Sockets.Open(UdpSocketMode.Batches);
        using var waker = new Waker();
        Assert.That(waker.TryArm());
        waker.Signal();
        Assert.That(waker.Drain(), "the owner was awake before the event was read");
        Assert.That(Poller.Wait(socket.Handle, waker, PatienceNs), Is.EqualTo(PollResult.None));
        long start = Stopwatch.GetTimestamp();
        Assert.That(Poller.Wait(socket.Handle, waker, 2_000_000), Is.EqualTo(PollResult.None));
        Assert.That(Stopwatch.GetElapsedTime(start).TotalNanoseconds, Is.GreaterThanOrEqualTo(2_000_000));
    }

    [Test]
    public void A_signal_after_the_owner_has_gone_is_harmless()
    {
        var waker = new Waker();
        Assert.That(waker.TryArm());
        waker.Dispose();
        Assert.That(waker.Signal, Throws.Nothing);
    }

    /// <summary>
    /// One item at a time in a plain field, so that each signal is the only one: if one is lost, both sides wait for ever.
    /// The producer's delay is drawn so that signals meet the owner on its way to sleep, asleep and on its way out.
    /// </summary>
    [Test]
    public void No_wakeup_is_lost_whatever_the_moment_of_the_signal()
    {
        const int Items = 60_000;
        int seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        using UdpSocket socket = Sockets.Open(UdpSocketMode.Batches);
        using var waker = new Waker();
        var mailbox = new Mailbox();
        var producer = new Thread(() => Produce(new Random(seed), mailbox, waker, Items));
        producer.Start();
        var random = new Random(seed + 1);
        int lastSeen = 0;
        int waits = 0;
        bool hasStalled = false;
        while (lastSeen < Items && !hasStalled)
        {
            long start = Stopwatch.GetTimestamp();
            PollResult result = Poller.Wait(socket.Handle, waker, PatienceNs);
            waits++;
            hasStalled = result == PollResult.None && Stopwatch.GetElapsedTime(start).TotalNanoseconds >= PatienceNs;
            int item = mailbox.Item;
            if (item != lastSeen)
            {
                lastSeen = item;
                Thread.SpinWait(random.Next(60));
                Volatile.Write(ref mailbox.Answer, item);
            }
        }

        Volatile.Write(ref mailbox.HasEnded, true);
        Assert.That(producer.Join(TimeSpan.FromSeconds(10)));
        TestContext.Out.WriteLine($"{waits} waits, {waker.EventWrites} writes to the event");
        Assert.That(hasStalled, Is.False, $"the signal for item {lastSeen + 1} was lost");
        Assert.That(waker.EventWrites, Is.InRange(1, Items));
    }

    [Test]
    public void Many_threads_signal_and_every_item_is_seen()
    {
        const int Threads = 4;
        const int Items = 20_000;
        using UdpSocket socket = Sockets.Open(UdpSocketMode.Batches);
        using var waker = new Waker();
        var queue = new ConcurrentQueue<int>();
        Thread[] producers = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < Items; i++)
            {
                queue.Enqueue(i);
                waker.Signal();
            }
        }))];
        Array.ForEach(producers, p => p.Start());
        int seen = 0;
        bool hasStalled = false;
        while (seen < Threads * Items && !hasStalled)
        {
            long start = Stopwatch.GetTimestamp();
            PollResult result = Poller.Wait(socket.Handle, waker, PatienceNs);
            hasStalled = result == PollResult.None && Stopwatch.GetElapsedTime(start).TotalNanoseconds >= PatienceNs;
            while (queue.TryDequeue(out _))
            {
                seen++;
            }
        }

        Array.ForEach(producers, p => p.Join());
        TestContext.Out.WriteLine($"{Threads * Items} signals, {waker.EventWrites} writes to the event");
        Assert.That(seen, Is.EqualTo(Threads * Items));
    }

    private static void Produce(Random random, Mailbox mailbox, Waker waker, int items)
    {
        for (int item = 1; item <= items; item++)
        {
            Thread.SpinWait(random.Next(random.Next(4) == 0 ? 400 : 30));
            mailbox.Item = item;
            waker.Signal();
            var spinner = default(SpinWait);
            while (Volatile.Read(ref mailbox.Answer) != item)
            {
                if (Volatile.Read(ref mailbox.HasEnded))
                {
                    return;
                }

                // Never a sleep, which would end the race that is wanted.
                spinner.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    private sealed class Mailbox
    {
        /// <summary>Neither volatile nor locked: the waker alone orders it.</summary>
        public int Item;
        public int Answer;
        public bool HasEnded;
    }
}
