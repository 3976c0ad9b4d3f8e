using System.Net.Sockets;
using Scp.Protocol.Session;
using Scp.Transport.Udp;
using Scp.Transport.Udp.Native;

namespace Scp.Transport.Tests.Udp;

/// <summary>What a socket makes of answers that a real kernel seldom gives.</summary>
public sealed class ScriptedKernelTests
{
    private static readonly PathId Here = PathAddress.ToPath(System.Net.IPEndPoint.Parse("127.0.0.1:9"));
    private static readonly PathId There = PathAddress.ToPath(System.Net.IPEndPoint.Parse("127.0.0.2:9"));

    [Test]
    public void A_batch_taken_in_pieces_goes_on_where_it_stopped()
    {
        using var socket = new ScriptedSocket(UdpSocketMode.Batches, 3, 1, -Errno.Interrupted, 2);
        Commit(socket, Here, 10, 10, 10, 10, 10, 10);
        Assert.That(socket.Offered, Is.EqualTo(new[] { 6, 3, 2, 2 }));
        Assert.That((socket.Counters.DatagramsSent, socket.Counters.BytesSent, socket.Counters.SendCalls), Is.EqualTo((6L, 60L, 4L)));
    }

    [Test]
    public void A_full_buffer_drops_the_rest_without_asking_again()
    {
        using var socket = new ScriptedSocket(UdpSocketMode.All, 1, -Errno.Again);
        Commit(socket, Here, 10, 10, 10);
        Commit(socket, There, 10, 10);
        Assert.That(socket.Offered, Is.EqualTo(new[] { 1, 1 }), "each flush is one run");
        Assert.That((socket.Counters.DatagramsSent, socket.Counters.DroppedNoRoom), Is.EqualTo((3L, 2L)));

        using var other = new ScriptedSocket(UdpSocketMode.Batches, 2, -Errno.Again);
        Commit(other, Here, 10, 10, 10, 10, 10);
        Assert.That(other.Offered, Is.EqualTo(new[] { 5, 3 }));
        Assert.That((other.Counters.DatagramsSent, other.Counters.DroppedNoRoom), Is.EqualTo((2L, 3L)));
    }

    [Test]
    public void A_refused_datagram_is_passed_over_and_counted_by_its_reason()
    {
        using var socket = new ScriptedSocket(
            UdpSocketMode.Batches, -Errno.NoBuffers, 1, -Errno.MessageSize, -Errno.HostUnreachable, -Errno.ConnectionRefused, -Errno.Invalid, 1);
        Commit(socket, Here, 1, 2, 3, 4, 5, 6, 7);
        Assert.That(socket.Offered, Is.EqualTo(new[] { 7, 6, 5, 4, 3, 2, 1 }));
        UdpCounters counters = socket.Counters;
        Assert.That(
            (counters.DatagramsSent, counters.BytesSent, counters.DroppedNoRoom, counters.DroppedTooLarge, counters.DroppedRefused),
            Is.EqualTo((2L, 9L, 1L, 1L, 3L)));
    }

    [TestCase(Errno.InputOutput)]
    [TestCase(Errno.Invalid)]
    public void Runs_are_given_up_when_their_first_datagram_goes_alone(int error)
    {
        using var socket = new ScriptedSocket(UdpSocketMode.All, -error, 1, -Errno.Interrupted, 1, -Errno.NoBuffers, 1);
        Commit(socket, Here, 10, 10, 10);
        Commit(socket, There, 10);
        Assert.That(socket.Mode, Is.EqualTo(UdpSocketMode.Batches | UdpSocketMode.JoinsRuns));
        Assert.That(socket.Offered, Is.EqualTo(new[] { 1, 1, 1, 1, 1, 1 }));
        Assert.That(socket.WithControl, Is.EqualTo(new[] { true, false, false, false, false, false }));
        Assert.That((socket.Counters.DatagramsSent, socket.Counters.DroppedNoRoom), Is.EqualTo((3L, 1L)));
        socket.Expect(3);
        Commit(socket, Here, 10, 10, 10);
        Assert.That(socket.Offered[^1], Is.EqualTo(3));
    }

    [TestCase(Errno.MessageSize)]
    [TestCase(Errno.Invalid)]
    public void A_probe_above_the_mtu_does_not_take_the_shorter_datagram_behind_it_along(int error)
    {
        using var socket = new ScriptedSocket(UdpSocketMode.All, -error, -Errno.MessageSize, 1);
        Commit(socket, Here, 1400, 1200);
        Assert.That(socket.Mode, Is.EqualTo(UdpSocketMode.All));
        Assert.That((socket.Counters.BytesSent, socket.Counters.DroppedTooLarge), Is.EqualTo((1200L, 1L)));
    }

    [TestCase(Errno.BadHandle)]
    [TestCase(Errno.Fault)]
    public void What_only_a_mistake_of_this_code_brings_about_throws(int error)
    {
        using var socket = new ScriptedSocket(UdpSocketMode.Batches, -error);
        Assert.That(() => Commit(socket, Here, 1), Throws.InvalidOperationException);
    }

    private static void Commit(UdpSocket socket, PathId to, params int[] lengths)
    {
        foreach (int length in lengths)
        {
            _ = socket.Reserve();
            socket.Commit(new Transmit(to, length));
        }

        socket.Flush();
    }

    private sealed unsafe class ScriptedSocket(UdpSocketMode mode, params int[] answers)
        : BatchedUdpSocket(UdpSocketSetup.Bind(Sockets.Loopback(AddressFamily.InterNetwork), new UdpSocketOptions()), mode)
    {
        private readonly Queue<int> _answers = new(answers);

        /// <summary>Messages of each call.</summary>
        public List<int> Offered { get; } = [];

        /// <summary>Whether the first message of each call was a run.</summary>
        public List<bool> WithControl { get; } = [];

        public void Expect(int answer) => _answers.Enqueue(answer);

        private protected override int SendMessages(MessageHeader* messages, int count)
        {
            Offered.Add(count);
            WithControl.Add(messages->ControlLength > 0);
            return _answers.Dequeue();
        }
    }
}
