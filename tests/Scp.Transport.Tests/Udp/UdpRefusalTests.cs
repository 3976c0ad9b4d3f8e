using System.Net;
using System.Net.Sockets;
using Scp.Protocol.Session;
using Scp.Transport.Udp;

namespace Scp.Transport.Tests.Udp;

/// <summary>Datagrams that a real kernel does not take, or cannot keep.</summary>
internal sealed class UdpRefusalTests
{
    private const int Mtu = 1280;

    [TestCaseSource(typeof(Sockets), nameof(Sockets.ModesAndFamilies))]
    public void A_closed_port_is_no_error(UdpSocketMode mode, AddressFamily family)
    {
        using UdpSocket sender = Sockets.Open(mode, family);
        using UdpSocket receiver = Sockets.Open(mode, family);
        UdpSocket closed = Sockets.Open(mode, family);
        PathId nobody = Sockets.PathOf(closed);
        closed.Dispose();
        for (int i = 0; i < 10; i++)
        {
            Sockets.Commit(sender, nobody, new byte[100]);
            sender.Flush();
            Assert.That(sender.Receive(), Is.Zero);
        }

        Sockets.Commit(sender, Sockets.PathOf(receiver), [9]);
        sender.Flush();
        Assert.That(Sockets.Take(receiver, 1).Single().Bytes, Is.EqualTo(new byte[] { 9 }));
        Assert.That((sender.Counters.DatagramsSent, sender.Counters.BytesSent, sender.Counters.ReceiveErrors), Is.EqualTo((11L, 1001L, 0L)));
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.ModesAndFamilies))]
    public void An_address_that_cannot_be_sent_to_is_counted_and_does_not_hold_up_the_others(UdpSocketMode mode, AddressFamily family)
    {
        using UdpSocket sender = Sockets.Open(mode, family);
        using UdpSocket receiver = Sockets.Open(mode, family);
        PathId good = Sockets.PathOf(receiver);
        PathId portZero = good with { Port = 0 };
        PathId otherFamily = PathAddress.ToPath(IPEndPoint.Parse(family == AddressFamily.InterNetwork ? "[2001:db8::1]:5" : "192.0.2.1:5"));
        foreach (PathId path in new[] { portZero, good, otherFamily, portZero, portZero, portZero, good, good, otherFamily, otherFamily, good })
        {
            Sockets.Commit(sender, path, [1, 2]);
        }

        sender.Flush();
        Assert.That(Sockets.Take(receiver, 4), Has.Count.EqualTo(4));
        Assert.That((sender.Counters.DatagramsSent, sender.Counters.DroppedRefused), Is.EqualTo((4L, 7L)));
        Assert.That(sender.Mode, Is.EqualTo(mode), "the address was to blame, not the run");
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.Modes))]
    public void What_exceeds_the_mtu_is_counted_apart_and_takes_nothing_else_with_it(UdpSocketMode mode)
    {
        using Socket inner = UdpSocketSetup.Bind(Sockets.Loopback(AddressFamily.InterNetworkV6), new UdpSocketOptions());
        LimitMtu(inner);
        using UdpSocket sender = OverSocket(inner, mode);
        using UdpSocket receiver = Sockets.Open(mode, AddressFamily.InterNetworkV6);
        PathId to = Sockets.PathOf(receiver);
        int[] lengths = [1232, 1233, 1000, 1400, 1400, 1400, 1200, 1300];
        foreach (int length in lengths)
        {
            Sockets.Commit(sender, to, new byte[length]);
        }

        sender.Flush();
        int[] fitting = [.. lengths.Where(l => l <= Mtu - 48)];
        Assert.That(Sockets.Take(receiver, fitting.Length).Select(d => d.Bytes.Length), Is.EquivalentTo(fitting));
        Assert.That((sender.Counters.DatagramsSent, sender.Counters.DroppedTooLarge), Is.EqualTo(((long)fitting.Length, (long)(lengths.Length - fitting.Length))));
        Assert.That(sender.Counters.DroppedRefused, Is.Zero);
        Assert.That(sender.Mode, Is.EqualTo(mode), "the size was to blame, not the run");
    }

    [TestCase(AddressFamily.InterNetwork)]
    [TestCase(AddressFamily.InterNetworkV6)]
    public void A_device_that_cannot_split_runs_costs_them_for_good_and_loses_nothing(AddressFamily family)
    {
        using Socket inner = UdpSocketSetup.Bind(Sockets.Loopback(family), new UdpSocketOptions());

        // Without checksums, the kernel refuses to split.
        (int level, int name) = family == AddressFamily.InterNetwork ? (1, 11) : (17, 101);
        inner.SetRawSocketOption(level, name, BitConverter.GetBytes(1));
        using UdpSocket sender = OverSocket(inner, UdpSocketMode.All);
        using UdpSocket receiver = Sockets.Open(UdpSocketMode.All, AddressFamily.InterNetwork == family ? family : AddressFamily.InterNetworkV6);
        if (family == AddressFamily.InterNetworkV6)
        {
            AllowNoChecksum(receiver);
        }

        for (int i = 0; i < 2; i++)
        {
            for (int k = 0; k < 100; k++)
            {
                Sockets.Commit(sender, Sockets.PathOf(receiver), BitConverter.GetBytes(k));
            }

            sender.Flush();
            Assert.That(Sockets.Take(receiver, 100).Select(d => BitConverter.ToInt32(d.Bytes)).Order(), Is.EqualTo(Enumerable.Range(0, 100)));
            Assert.That(sender.Mode, Is.EqualTo(UdpSocketMode.Batches | UdpSocketMode.JoinsRuns));
        }

        Assert.That((sender.Counters.DatagramsSent, sender.Counters.SentInRuns, sender.Counters.DroppedRefused), Is.EqualTo((200L, 0L, 0L)));
        Assert.That(sender.Counters.SendCalls, Is.LessThan(110), "the second hundred went as a batch");
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.Modes))]
    public void A_full_receive_buffer_loses_datagrams_and_nothing_else(UdpSocketMode mode)
    {
        const int Count = 1000;
        using UdpSocket sender = Sockets.Open(mode);
        using UdpSocket receiver = UdpSocket.Open(
            Sockets.Loopback(AddressFamily.InterNetwork),
            new UdpSocketOptions { Allowed = mode, ReceiveBufferBytes = 100_000 });
        for (int i = 0; i < Count; i++)
        {
            Sockets.Commit(sender, Sockets.PathOf(receiver), new byte[1200]);
        }

        sender.Flush();
        int came = Sockets.Drain(sender, receiver);
        TestContext.Out.WriteLine($"{came} of {Count} came; the kernel says it dropped {receiver.ReceiveDrops}");
        Assert.That(came, Is.InRange(1, Count - 1));
        Assert.That(receiver.ReceiveDrops, Is.Positive);
        Assert.That(sender.Counters.DatagramsSent, Is.GreaterThan(Count));
        Assert.That(Sockets.Drain(sender, receiver), Is.Zero);
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.Modes))]
    public void A_closed_socket_says_that_it_is_misused(UdpSocketMode mode)
    {
        UdpSocket socket = Sockets.Open(mode);
        Sockets.Commit(socket, Sockets.PathOf(socket), [1]);
        socket.Dispose();
        Assert.That(socket.Receive, Throws.InstanceOf<InvalidOperationException>());
        Assert.That(socket.Flush, Throws.InstanceOf<InvalidOperationException>());
    }

    private static UdpSocket OverSocket(Socket inner, UdpSocketMode mode)
    {
        Assume.That(UdpSocketSetup.Choose(inner, mode), Is.EqualTo(mode), "the kernel has this way");
        return mode == UdpSocketMode.Managed ? new ManagedUdpSocket(inner) : new BatchedUdpSocket(inner, mode);
    }

    /// <summary>IPV6_MTU: no device with a small MTU is needed to meet its limit.</summary>
    private static void LimitMtu(Socket socket) => socket.SetRawSocketOption(41, 24, BitConverter.GetBytes(Mtu));

    /// <summary>UDP_NO_CHECK6_RX, as IPv6 else drops what has no checksum.</summary>
    private static void AllowNoChecksum(UdpSocket socket)
    {
        using var handle = new SafeSocketHandle(socket.Handle, ownsHandle: false);
        using var view = new Socket(handle);
        view.SetRawSocketOption(17, 102, BitConverter.GetBytes(1));
    }
}
