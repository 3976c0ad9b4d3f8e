using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using LoadGen.Measuring;
using Scp.Protocol;
using Scp.Protocol.Session;
using Scp.Transport.Engine;
using Scp.Transport.Udp;

namespace LoadGen.Peers.Bare;

/// <summary>
/// The other side of <see cref="BareEcho"/>: a closed loop of datagrams, each with the time it was sent at its start. It
/// has no retry: what loopback loses ends the run.
/// </summary>
internal sealed class BareLoad(IPEndPoint target, LoadPlan plan)
{
    private const long SilenceNs = 1_000_000_000;

    /// <summary>Where the time stands in a datagram.</summary>
    public const int MinBytes = sizeof(long);

    public LoadResult Run(bool blocks)
    {
        if (blocks && plan.InFlight != 1)
        {
            throw new ArgumentException("The bare peer that blocks has one datagram under way.");
        }

        Func<double, LoadRecorder> phase = blocks ? RunBlocking : RunPolling;
        _ = phase(plan.WarmUpSeconds);
        long startNs = Clock.NowNs;
        LoadRecorder recorder = phase(plan.Seconds);
        return new LoadResult
        {
            Name = blocks ? "bare udp, blocking" : "bare udp, same calls",
            Latency = recorder.Latency,
            Lateness = recorder.Lateness,
            Errors = 0,
            OpsPerSecond = recorder.Latency.Count / Clock.Seconds(Clock.NowNs - startNs),
        };
    }

    private LoadRecorder RunPolling(double seconds)
    {
        var recorder = new LoadRecorder(0);
        using var socket = UdpSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), new UdpSocketOptions());
        using var waker = new Waker();
        PathId path = PathAddress.ToPath(target);
        long nowNs = Clock.NowNs;
        long endNs = nowNs + Clock.Ns(seconds);
        for (int i = 0; i < plan.InFlight; i++)
        {
            Send(socket, path, nowNs);
        }

        socket.Flush();
        while (nowNs < endNs)
        {
            int count = socket.Receive();
            if (count == 0)
            {
                bool isSilent = Poller.Wait(socket.Handle, waker, SilenceNs) == PollResult.None && Clock.NowNs - nowNs >= SilenceNs;
                if (isSilent)
                {
                    throw new TimeoutException("The echo has fallen silent.");
                }

                continue;
            }

            nowNs = Clock.NowNs;
            for (int i = 0; i < count; i++)
            {
                recorder.OnReply(nowNs - BinaryPrimitives.ReadInt64LittleEndian(socket.Datagram(i, out _)));
                Send(socket, path, nowNs);
            }

            socket.Flush();
        }

        return recorder;
    }

    private void Send(UdpSocket socket, PathId path, long nowNs)
    {
        BinaryPrimitives.WriteInt64LittleEndian(socket.Reserve(), nowNs);
        socket.Commit(new Transmit(path, plan.RequestBytes));
    }

    private LoadRecorder RunBlocking(double seconds)
    {
        var recorder = new LoadRecorder(0);
        using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(target);
        byte[] request = new byte[plan.RequestBytes];
        byte[] reply = new byte[ScpLimits.MaxDatagramBytes];
        long nowNs = Clock.NowNs;
        long endNs = nowNs + Clock.Ns(seconds);
        while (nowNs < endNs)
        {
            _ = socket.Send(request);
            _ = socket.Receive(reply);
            long thenNs = nowNs;
            nowNs = Clock.NowNs;
            recorder.OnReply(nowNs - thenNs);
        }

        return recorder;
    }
}
