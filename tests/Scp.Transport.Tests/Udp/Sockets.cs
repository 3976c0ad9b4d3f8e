using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Scp.Protocol.Session;
using Scp.Transport.Engine;
using Scp.Transport.Udp;

namespace Scp.Transport.Tests.Udp;

/// <summary>What the tests of sockets share: every way of both families, and receiving until all is there.</summary>
internal static class Sockets
{
    public const long PatienceNs = 10_000_000_000;

    public static readonly UdpSocketMode[] Modes =
    [
        UdpSocketMode.Managed,
        UdpSocketMode.Batches,
        UdpSocketMode.Batches | UdpSocketMode.SplitsRuns,
        UdpSocketMode.Batches | UdpSocketMode.JoinsRuns,
        UdpSocketMode.All,
    ];

    public static IEnumerable<TestCaseData> ModesAndFamilies() =>
        from mode in Modes
        from family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 }
        select new TestCaseData(mode, family);

    public static IPEndPoint Loopback(AddressFamily family)
    {
        Assume.That(family == AddressFamily.InterNetwork || Socket.OSSupportsIPv6, "this machine has no IPv6");
        return new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0);
    }

    public static UdpSocket Open(UdpSocketMode mode, AddressFamily family = AddressFamily.InterNetwork)
    {
        UdpSocket socket = UdpSocket.Open(Loopback(family), new UdpSocketOptions { Allowed = mode });
        Assume.That(socket.Mode, Is.EqualTo(mode), "the kernel has this way");
        return socket;
    }

    public static PathId PathOf(UdpSocket socket) => PathAddress.ToPath(socket.LocalEndPoint);

    public static void Commit(UdpSocket socket, PathId to, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(socket.Reserve());
        socket.Commit(new Transmit(to, bytes.Length));
    }

    /// <summary>Receives until so many datagrams are there, or fails.</summary>
    public static List<(PathId From, byte[] Bytes)> Take(UdpSocket socket, int count)
    {
        var taken = new List<(PathId, byte[])>();
        using var waker = new Waker();
        long start = Stopwatch.GetTimestamp();
        while (taken.Count < count)
        {
            int datagrams = socket.Receive();
            for (int i = 0; i < datagrams; i++)
            {
                Span<byte> bytes = socket.Datagram(i, out PathId from);
                taken.Add((from, bytes.ToArray()));
            }

            if (datagrams == 0)
            {
                Assert.That(Stopwatch.GetElapsedTime(start).TotalNanoseconds, Is.LessThan(PatienceNs), $"{taken.Count} of {count} datagrams have come");
                _ = Poller.Wait(socket.Handle, waker, PatienceNs / 10);
            }
        }

        return taken;
    }

    /// <summary>Takes what waits and says how many, once a last datagram of one byte has come through behind it.</summary>
    public static int Drain(UdpSocket from, UdpSocket to)
    {
        using var waker = new Waker();
        long start = Stopwatch.GetTimestamp();
        int others = 0;
        while (true)
        {
            Assert.That(Stopwatch.GetElapsedTime(start).TotalNanoseconds, Is.LessThan(PatienceNs), "nothing comes through any more");
            Commit(from, PathOf(to), [0]);
            from.Flush();
            while (Poller.Wait(to.Handle, waker, PatienceNs / 100).HasFlag(PollResult.Socket))
            {
                bool isLast = false;
                int datagrams = to.Receive();
                for (int i = 0; i < datagrams; i++)
                {
                    isLast = to.Datagram(i, out _).Length == 1;
                    others += isLast ? 0 : 1;
                }

                if (isLast)
                {
                    return others;
                }
            }
        }
    }
}
