using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Scp.Protocol;
using Scp.Protocol.Session;
using Scp.Transport.Udp;

namespace Scp.Transport.Tests.Udp;

internal sealed class UdpSocketTests
{
    [TestCase(AddressFamily.InterNetwork)]
    [TestCase(AddressFamily.InterNetworkV6)]
    public void Everything_arrives_as_it_was_sent_between_sockets_of_all_ways(AddressFamily family)
    {
        const int Rounds = 60;
        int seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        UdpSocket[] sockets = [.. Sockets.Modes.Select(mode => Sockets.Open(mode, family))];
        try
        {
            for (int round = 0; round < Rounds; round++)
            {
                List<string>[] expected = [.. sockets.Select(_ => new List<string>())];
                UdpSocket sender = sockets[random.Next(sockets.Length)];
                CommitAtRandom(random, sender, sockets, expected);
                sender.Flush();
                for (int i = 0; i < sockets.Length; i++)
                {
                    IEnumerable<string> came = Sockets.Take(sockets[i], expected[i].Count).Select(d => Describe(d.From, d.Bytes));
                    Assert.That(came.Order(StringComparer.Ordinal), Is.EqualTo(expected[i].Order(StringComparer.Ordinal)), $"{sender.Mode} to {sockets[i].Mode}");
                }
            }

            foreach (UdpSocket socket in sockets)
            {
                TestContext.Out.WriteLine($"{socket.Mode}: {socket.Counters}");
                Assert.That(socket.Receive(), Is.Zero);
                Assert.That(socket.Counters.SentInRuns, socket.Mode.HasFlag(UdpSocketMode.SplitsRuns) ? Is.Positive : Is.Zero);
            }

            Assert.That(sockets.Sum(s => s.Counters.DatagramsReceived), Is.EqualTo(sockets.Sum(s => s.Counters.DatagramsSent)));
            Assert.That(sockets.Sum(s => s.Counters.BytesReceived), Is.EqualTo(sockets.Sum(s => s.Counters.BytesSent)));
        }
        finally
        {
            Array.ForEach(sockets, s => s.Dispose());
        }
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.ModesAndFamilies))]
    public void The_largest_and_the_empty_datagram_arrive(UdpSocketMode mode, AddressFamily family)
    {
        using UdpSocket sender = Sockets.Open(mode, family);
        using UdpSocket receiver = Sockets.Open(mode, family);
        byte[] largest = RandomNumberGenerator.GetBytes(ScpLimits.MaxDatagramBytes);
        Sockets.Commit(sender, Sockets.PathOf(receiver), []);
        Sockets.Commit(sender, Sockets.PathOf(receiver), []);
        Sockets.Commit(sender, Sockets.PathOf(receiver), largest);
        sender.Flush();
        List<(PathId From, byte[] Bytes)> came = Sockets.Take(receiver, 3);
        Assert.That(came.Select(d => d.Bytes), Is.EqualTo(new[] { [], [], largest }));
        Assert.That(came.Select(d => d.From), Is.All.EqualTo(Sockets.PathOf(sender)));
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.ModesAndFamilies))]
    public void More_than_a_batch_is_sent_as_it_fills_up(UdpSocketMode mode, AddressFamily family)
    {
        using UdpSocket sender = Sockets.Open(mode, family);
        using UdpSocket receiver = Sockets.Open(mode, family);
        const int Count = (2 * OutgoingBatch.MaxDatagrams) + 1;
        for (int i = 0; i < Count; i++)
        {
            Sockets.Commit(sender, Sockets.PathOf(receiver), BitConverter.GetBytes(i));
        }

        Assert.That(sender.Counters.DatagramsSent, Is.EqualTo(2 * OutgoingBatch.MaxDatagrams));
        sender.Flush();
        sender.Flush();
        IEnumerable<int> came = Sockets.Take(receiver, Count).Select(d => BitConverter.ToInt32(d.Bytes));
        Assert.That(came.Order(), Is.EqualTo(Enumerable.Range(0, Count)));
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.Modes))]
    public void A_socket_of_both_families_talks_to_each_by_its_own_address(UdpSocketMode mode)
    {
        Assume.That(Socket.OSSupportsIPv6, "this machine has no IPv6");
        using UdpSocket both = UdpSocket.Open(new IPEndPoint(IPAddress.IPv6Any, 0), new UdpSocketOptions { Allowed = mode });
        foreach (AddressFamily family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            using UdpSocket single = Sockets.Open(mode, family);
            PathId toBoth = PathAddress.ToPath(new IPEndPoint(single.LocalEndPoint.Address, both.LocalEndPoint.Port));
            Sockets.Commit(single, toBoth, [1, 2, 3]);
            single.Flush();
            PathId from = Sockets.Take(both, 1).Single().From;
            Assert.That(from, Is.EqualTo(Sockets.PathOf(single)));
            Sockets.Commit(both, from, [4, 5, 6]);
            both.Flush();
            (PathId from2, byte[] bytes) = Sockets.Take(single, 1).Single();
            Assert.That((from2, bytes), Is.EqualTo((toBoth, new byte[] { 4, 5, 6 })));
        }
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.ModesAndFamilies))]
    public void What_is_longer_than_the_protocol_sends_is_dropped_and_what_follows_arrives(UdpSocketMode mode, AddressFamily family)
    {
        using UdpSocket receiver = Sockets.Open(mode, family);
        using var stranger = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        stranger.Bind(Sockets.Loopback(family));
        int[] lengths = [ScpLimits.MaxDatagramBytes + 1, ScpLimits.MaxDatagramBytes + 8, 20_000, 65_507 - 20];
        foreach (int length in lengths)
        {
            _ = stranger.SendTo(new byte[length], receiver.LocalEndPoint);
        }

        _ = stranger.SendTo(new byte[ScpLimits.MaxDatagramBytes], receiver.LocalEndPoint);
        Assert.That(Sockets.Take(receiver, 1).Single().Bytes, Has.Length.EqualTo(ScpLimits.MaxDatagramBytes));
        Assert.That(receiver.Counters.ReceivedTooLarge, Is.EqualTo(lengths.Length));
        Assert.That(receiver.Counters.DatagramsReceived, Is.EqualTo(1));
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.Modes))]
    public void A_run_of_datagrams_that_are_too_long_is_dropped_whole(UdpSocketMode mode)
    {
        const int Datagrams = 3;
        using UdpSocket receiver = Sockets.Open(mode);
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        stranger.SetRawSocketOption(17, 103, BitConverter.GetBytes(ScpLimits.MaxDatagramBytes + 1));
        _ = stranger.SendTo(new byte[Datagrams * (ScpLimits.MaxDatagramBytes + 1)], receiver.LocalEndPoint);
        _ = stranger.SendTo(new byte[7], receiver.LocalEndPoint);
        Assert.That(Sockets.Take(receiver, 1).Single().Bytes, Has.Length.EqualTo(7));
        Assert.That(receiver.Counters.ReceivedTooLarge, Is.EqualTo(Datagrams));
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.Modes))]
    public void Received_bytes_are_the_callers_to_overwrite_and_can_be_read_in_any_order(UdpSocketMode mode)
    {
        using UdpSocket sender = Sockets.Open(mode);
        using UdpSocket receiver = Sockets.Open(mode);
        byte[][] sent = [[1, 1], [2, 2], [3], [4, 4, 4], [5, 5, 5]];
        Array.ForEach(sent, bytes => Sockets.Commit(sender, Sockets.PathOf(receiver), bytes));
        sender.Flush();
        for (int left = sent.Length; left > 0;)
        {
            int datagrams = receiver.Receive();
            left -= datagrams;
            for (int i = datagrams - 1; i >= 0; i--)
            {
                receiver.Datagram(i, out _).Fill((byte)(100 + i));
            }

            for (int i = 0; i < datagrams; i++)
            {
                Assert.That(receiver.Datagram(i, out _).ToArray(), Is.All.EqualTo(100 + i));
            }

            Assert.That(() => receiver.Datagram(datagrams, out _).Length, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => receiver.Datagram(-1, out _).Length, Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.Modes))]
    public void Committing_more_than_was_reserved_is_refused(UdpSocketMode mode)
    {
        using UdpSocket socket = Sockets.Open(mode);
        _ = socket.Reserve();
        Assert.That(() => socket.Commit(new Transmit(default, ScpLimits.MaxDatagramBytes + 1)), Throws.InvalidOperationException);
        Assert.That(() => socket.Commit(new Transmit(default, -1)), Throws.InvalidOperationException);
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.ModesAndFamilies))]
    public void Fragments_are_forbidden_and_buffers_are_as_asked(UdpSocketMode mode, AddressFamily family)
    {
        var options = new UdpSocketOptions { Allowed = mode, ReceiveBufferBytes = 128 * 1024, SendBufferBytes = 64 * 1024 };
        using UdpSocket socket = UdpSocket.Open(Sockets.Loopback(family), options);
        Assert.That(socket.ReceiveBufferBytes, Is.InRange(128 * 1024, 256 * 1024));
        Assert.That(socket.SendBufferBytes, Is.InRange(64 * 1024, 128 * 1024));
        using var handle = new SafeSocketHandle(socket.Handle, ownsHandle: false);
        using var view = new Socket(handle);
        Span<byte> value = stackalloc byte[sizeof(int)];
        _ = family == AddressFamily.InterNetwork ? view.GetRawSocketOption(0, 10, value) : view.GetRawSocketOption(41, 23, value);
        Assert.That(BitConverter.ToInt32(value), Is.EqualTo(3), "IP_PMTUDISC_PROBE");
    }

    [TestCaseSource(typeof(Sockets), nameof(Sockets.Modes))]
    public void A_port_belongs_to_one_socket(UdpSocketMode mode)
    {
        using UdpSocket first = Sockets.Open(mode);
        Assert.That(
            () => UdpSocket.Open(first.LocalEndPoint, new UdpSocketOptions()),
            Throws.InstanceOf<SocketException>().With.Property(nameof(SocketException.SocketErrorCode)).EqualTo(SocketError.AddressAlreadyInUse));
    }

    private static void CommitAtRandom(Random random, UdpSocket sender, UdpSocket[] receivers, List<string>[] expected)
    {
        int left = random.Next(1, 200);
        byte[] bytes = new byte[ScpLimits.MaxDatagramBytes];
        while (left > 0)
        {
            int to = random.Next(receivers.Length);
            int length = random.Next(4) switch { 0 => 1200, 1 => random.Next(0, 20), 2 => random.Next(0, 1500), _ => random.Next(0, bytes.Length + 1) };
            int run = Math.Min(left, random.Next(3) == 0 ? random.Next(1, 100) : 1);
            for (int i = 0; i < run; i++)
            {
                Span<byte> datagram = bytes.AsSpan(0, i == run - 1 && length > 0 ? random.Next(0, length) : length);
                random.NextBytes(datagram);
                Sockets.Commit(sender, Sockets.PathOf(receivers[to]), datagram);
                expected[to].Add(Describe(Sockets.PathOf(sender), datagram));
            }

            left -= run;
        }
    }

    private static string Describe(PathId from, ReadOnlySpan<byte> bytes) => $"{from} {bytes.Length} {Convert.ToHexString(SHA256.HashData(bytes))}";
}
