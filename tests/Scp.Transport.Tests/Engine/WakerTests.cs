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
    /// One item at a time in a plain field, and no item before the last is answered: if its signal is lost, both sides wait
    /// for ever. Both dawdle at random, and the producer signals for nothing now and then just before it publishes, so that
    /// signals meet the owner at every point of its way: awake, draining, going to sleep, asleep and waking.
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
        while (lastSeen < Items && TryWait(socket, waker))
        {
            waits++;
            if (mailbox.Item != lastSeen)
            {
                lastSeen++;
                Volatile.Write(ref mailbox.Answer, lastSeen);
            }

            Thread.SpinWait(random.Next(random.Next(3) == 0 ? 200 : 20));
        }

        Volatile.Write(ref mailbox.HasEnded, true);
        Assert.That(producer.Join(TimeSpan.FromSeconds(10)));
        TestContext.Out.WriteLine($"{waits} waits, {waker.EventWrites} writes to the event");
        Assert.That(lastSeen, Is.EqualTo(Items), "a signal was lost");
    }

    /// <summary>
    /// Both sides at once, from the state in which a signal has nothing to do: the drain then sees the item, or the signal
    /// outlives the drain and forbids sleep. Neither is what a missing fence looks like, once in some thousand rounds. The
    /// owner's delay follows the outcomes, which keeps both at the same moment on machines of any speed.
    /// </summary>
    [Test]
    public void The_drain_sees_what_was_published_or_the_signal_outlives_it()
    {
        const int Rounds = 100_000;
        using var waker = new Waker();
        var mailbox = new Mailbox();
        var producer = new Thread(() =>
        {
            for (int round = 1; round <= Rounds; round++)
            {
                AwaitRound(ref mailbox.Round, round);
                mailbox.Item = round;
                waker.Signal();
                Volatile.Write(ref mailbox.Answer, round);
            }
        });
        producer.Start();
        int lost = 0;
        int outlived = 0;
        int delay = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            waker.Signal();
            Volatile.Write(ref mailbox.Round, round);
            for (int i = 0; i < delay; i++)
            {
                _ = Volatile.Read(ref mailbox.HasEnded);
            }

            _ = waker.Drain();
            bool isSeen = mailbox.Item == round;
            AwaitRound(ref mailbox.Answer, round);
            bool isSignalled = waker.Drain();
            lost += isSeen || isSignalled ? 0 : 1;
            outlived += isSignalled ? 1 : 0;
            delay = Math.Clamp(delay + (isSignalled ? 7 : -7), 0, 2000);
        }

        producer.Join();
        TestContext.Out.WriteLine($"the signal outlived the drain in {outlived} of {Rounds} rounds");
        Assert.That(lost, Is.Zero);
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
        while (seen < Threads * Items && TryWait(socket, waker))
        {
            while (queue.TryDequeue(out _))
            {
                seen++;
            }
        }

        Array.ForEach(producers, p => p.Join());
        TestContext.Out.WriteLine($"{Threads * Items} signals, {waker.EventWrites} writes to the event");
        Assert.That(seen, Is.EqualTo(Threads * Items));
    }

    /// <summary>False when nothing came for so long that a signal must have been lost.</summary>
    private static bool TryWait(UdpSocket socket, Waker waker)
    {
        long start = Stopwatch.GetTimestamp();
        return Poller.Wait(socket.Handle, waker, PatienceNs) != PollResult.None
            || Stopwatch.GetElapsedTime(start).TotalNanoseconds < PatienceNs;
    }

    private static void Produce(Random random, Mailbox mailbox, Waker waker, int items)
    {
        for (int item = 1; item <= items; item++)
        {
            Thread.SpinWait(random.Next(random.Next(4) == 0 ? 400 : 30));
            if (random.Next(2) == 0)
            {
                waker.Signal();
                Thread.SpinWait(random.Next(random.Next(2) == 0 ? 200 : 10));
            }

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

    /// <summary>Spins, and gives way only when it takes long, since both threads are to go on at the same moment.</summary>
    private static void AwaitRound(ref int current, int round)
    {
        for (int spins = 0; Volatile.Read(ref current) != round; spins++)
        {
            if (spins > 2000)
            {
                _ = Thread.Yield();
            }
        }
    }

    private sealed class Mailbox
    {
        /// <summary>Neither volatile nor locked: the waker alone orders it.</summary>
        public int Item;
        public int Answer;
        public int Round;
        public bool HasEnded;
    }
}
