using System.Diagnostics;
using System.Net.Sockets;
using Scp.Transport.Engine;
using Scp.Transport.Engine.Native;
using Scp.Transport.Tests.Udp;
using Scp.Transport.Udp;
using Tests.Shared;

namespace Scp.Transport.Tests.Engine;

public sealed class PollerTests
{
    private const long PatienceNs = Sockets.PatienceNs;

    [Test]
    public void Time_is_waited_for_to_the_nanosecond_and_never_less()
    {
        using UdpSocket socket = Sockets.Open(UdpSocketMode.Batches);
        using var waker = new Waker();
        foreach (long timeoutNs in new[] { 1, 50_000, 1_500_000, 20_000_000 })
        {
            long start = Stopwatch.GetTimestamp();
            PollResult result = Poller.Wait(socket.Handle, waker, timeoutNs);
            double elapsedNs = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            TestContext.Out.WriteLine($"{timeoutNs} ns: {elapsedNs:F0} ns");
            Assert.That(result, Is.EqualTo(PollResult.None));
            Assert.That(elapsedNs, Is.GreaterThanOrEqualTo(timeoutNs));
        }

        Assert.That(Poller.Wait(socket.Handle, waker, 0), Is.EqualTo(PollResult.None));
    }

    /// <summary>On a thread of its own, as its timers stay sharp.</summary>
    [Test]
    public void Timers_are_as_sharp_as_asked()
    {
        const int GetTimerSlack = 30;
        (double bluntNs, double sharpNs) = (0, 0);
        int slackNs = 0;
        var thread = new Thread(() =>
        {
            bluntNs = TypicalWaitNs();
            Poller.SharpenTimers();
            sharpNs = TypicalWaitNs();
            slackNs = EventCalls.ProcessControl(GetTimerSlack, 0, 0, 0, 0);
        });
        thread.Start();
        thread.Join();
        TestContext.Out.WriteLine($"a wait of 20,000 ns took {bluntNs:F0} ns, with sharp timers {sharpNs:F0} ns");
        Assert.That(slackNs, Is.EqualTo(1));
    }

    [TestCase(0)]
    [TestCase(PatienceNs)]
    [TestCase(long.MaxValue)]
    [TestCase(-1)]
    public void What_is_ready_before_the_wait_ends_it_at_once(long timeoutNs)
    {
        using UdpSocket socket = Sockets.Open(UdpSocketMode.Batches);
        using var waker = new Waker();
        waker.Signal();
        Assert.That(Poller.Wait(socket.Handle, waker, timeoutNs), Is.EqualTo(PollResult.Signalled));
        Sockets.Commit(socket, Sockets.PathOf(socket), [1]);
        socket.Flush();
        Assert.That(Poller.Wait(socket.Handle, waker, PatienceNs), Is.EqualTo(PollResult.Socket));
        waker.Signal();
        Assert.That(Poller.Wait(socket.Handle, waker, timeoutNs), Is.EqualTo(PollResult.Signalled | PollResult.Socket));
        Assert.That(Poller.Wait(socket.Handle, waker, timeoutNs), Is.EqualTo(PollResult.Socket), "a wait takes the signal with it");
    }

    [Test]
    public void A_datagram_wakes_a_sleeper()
    {
        using UdpSocket sleeper = Sockets.Open(UdpSocketMode.Batches);
        using UdpSocket sender = Sockets.Open(UdpSocketMode.Batches);
        using var waker = new Waker();
        PollResult result = default;
        var thread = new Thread(() => result = Poller.Wait(sleeper.Handle, waker, long.MaxValue));
        thread.Start();
        SpinWait.SpinUntil(() => waker.IsArmed);
        Sockets.Commit(sender, Sockets.PathOf(sleeper), [1]);
        sender.Flush();
        Assert.That(thread.Join(TimeSpan.FromSeconds(10)));
        Assert.That(result, Is.EqualTo(PollResult.Socket));
    }

    [Test]
    public void An_error_of_the_socket_shows_as_something_to_receive()
    {
        using UdpSocket socket = Sockets.Open(UdpSocketMode.Batches);
        using var waker = new Waker();
        using (var handle = new SafeSocketHandle(socket.Handle, ownsHandle: false))
        using (var view = new Socket(handle))
        {
            view.SetRawSocketOption(0, 11, BitConverter.GetBytes(1));
        }

        UdpSocket closed = Sockets.Open(UdpSocketMode.Batches);
        closed.Dispose();
        Sockets.Commit(socket, Sockets.PathOf(closed), [1]);
        socket.Flush();
        Assert.That(Poller.Wait(socket.Handle, waker, PatienceNs), Is.EqualTo(PollResult.Socket));
        Assert.That(socket.Receive(), Is.Zero);
        Assert.That(socket.Counters.ReceiveErrors, Is.EqualTo(1));
    }

    [Test]
    public void A_wait_on_a_closed_socket_is_a_mistake()
    {
        using UdpSocket socket = Sockets.Open(UdpSocketMode.Batches);
        int handle = socket.Handle;
        using var waker = new Waker();
        Assert.That(() => Poller.Wait(int.MaxValue, waker, 0), Throws.InvalidOperationException);
        Assert.That(Poller.Wait(handle, waker, 0), Is.EqualTo(PollResult.None));
    }

    [Test]
    public void Waiting_and_signalling_allocate_nothing()
    {
        using UdpSocket socket = Sockets.Open(UdpSocketMode.Batches);
        using var waker = new Waker();
        Turn(socket, waker);
        Assert.That(Allocations.Of(() => Turn(socket, waker)), Is.Zero);
    }

    private static double TypicalWaitNs()
    {
        using UdpSocket socket = Sockets.Open(UdpSocketMode.Batches);
        using var waker = new Waker();
        double[] elapsedNs = new double[301];
        for (int i = 0; i < elapsedNs.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            _ = Poller.Wait(socket.Handle, waker, 20_000);
            elapsedNs[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        }

        return elapsedNs.Order().ElementAt(elapsedNs.Length / 2);
    }

    private static void Turn(UdpSocket socket, Waker waker)
    {
        for (int i = 0; i < 100; i++)
        {
            _ = waker.TryArm();
            waker.Signal();
            _ = Poller.Wait(socket.Handle, waker, PatienceNs);
            _ = Poller.Wait(socket.Handle, waker, 1000);
        }
    }
}
