using System.Diagnostics;
using System.Net.Sockets;
using Scp.Protocol.Session;
using Scp.Transport.Engine;
using Scp.Transport.Udp;
using Tests.Shared;

namespace Scp.Transport.Tests.Udp;

/// <summary>What sending and receiving costs, in bytes allocated as a gate, and in time for the record.</summary>
internal sealed class UdpCostTests
{
    private const int BatchDatagrams = 64;

    [TestCaseSource(typeof(Sockets), nameof(Sockets.ModesAndFamilies))]
    public void A_datagram_allocates_nothing(UdpSocketMode mode, AddressFamily family)
    {
        using UdpSocket sender = Sockets.Open(mode, family);
        using UdpSocket receiver = Sockets.Open(mode, family);
        using var waker = new Waker();
        PathId to = Sockets.PathOf(receiver);
        Exchange(sender, receiver, waker, to, 1200, 20);
        Assert.That(Allocations.Of(() => Exchange(sender, receiver, waker, to, 1200, 50)), Is.Zero);
        Assert.That(receiver.Counters.DatagramsReceived, Is.EqualTo(70 * BatchDatagrams));
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.Modes))]
    public void Packets_per_second_through_the_loopback(UdpSocketMode mode)
    {
        const int Rounds = 150;
        using UdpSocket sender = Sockets.Open(mode);
        using UdpSocket receiver = Sockets.Open(mode);
        using var waker = new Waker();
        foreach (int length in new[] { 100, 1200 })
        {
            PathId to = Sockets.PathOf(receiver);
            Exchange(sender, receiver, waker, to, length, 50);
            long start = Stopwatch.GetTimestamp();
            Exchange(sender, receiver, waker, to, length, Rounds);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            TestContext.Out.WriteLine($"{mode}, {length} bytes: {Rounds * BatchDatagrams / seconds:N0} datagrams/s sent and received by one thread");
        }

        Assert.That(receiver.Counters.DatagramsReceived, Is.EqualTo(sender.Counters.DatagramsSent));
        TestContext.Out.WriteLine($"calls to send {sender.Counters.SendCalls}, to receive {receiver.Counters.ReceiveCalls}, datagrams {sender.Counters.DatagramsSent}");
    }

    private static void Exchange(UdpSocket sender, UdpSocket receiver, Waker waker, PathId to, int length, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < BatchDatagrams; i++)
            {
                sender.Reserve()[0] = (byte)i;
                sender.Commit(new Transmit(to, length));
            }

            sender.Flush();
            Receive(receiver, waker);
        }
    }

    private static void Receive(UdpSocket receiver, Waker waker)
    {
        for (int received = 0; received < BatchDatagrams;)
        {
            int datagrams = receiver.Receive();
            for (int i = 0; i < datagrams; i++)
            {
                _ = receiver.Datagram(i, out PathId _);
            }

            received += datagrams;
            if (datagrams == 0 && Poller.Wait(receiver.Handle, waker, Sockets.PatienceNs) == PollResult.None)
            {
                throw new InvalidOperationException("A datagram was lost on the loopback.");
            }
        }
    }
}
