using System.Net;
using System.Net.Sockets;
using Scp.Protocol.Session;
using Scp.Transport.Engine;
using Scp.Transport.Lanes;
using Scp.Transport.Tests.Engine;

namespace Scp.Transport.Tests.Lanes;

[CancelAfter(20_000)]
public sealed class LaneConnectionTests
{
    [Test]
    public async Task A_closed_lane_whose_peer_takes_nothing_lets_its_socket_go()
    {
        using var engine = new IdleEngine();
        (Socket near, Socket far) = await ConnectAsync();
        using (far)
        {
            await StuffAsync(near);
            LaneConnection lane = NewLane(near);
            SessionDriver driver = engine.Engine.Connect("peer", new PathId(1), lane, dialer: null!);
            _ = driver.Serve(engine.Engine.NowNs);
            engine.Engine.Detach(lane);
            Assert.That(() => near.SafeHandle.IsClosed, Is.True.After(6_000, 20));
        }
    }

    [Test]
    public async Task A_lane_that_comes_after_the_end_of_its_engine_is_closed()
    {
        using var engine = new IdleEngine();
        engine.Engine.Start();
        engine.Engine.Dispose();
        (Socket near, Socket far) = await ConnectAsync();
        using (far)
        {
            LaneConnection lane = NewLane(near);
            engine.Engine.Post(new Arrival(() => engine.Engine.Welcome(lane)));
            Assert.That(() => near.SafeHandle.IsClosed, Is.True.After(1_000, 20));
        }
    }

    private static LaneConnection NewLane(Socket socket) => new(socket, new NetworkStream(socket, ownsSocket: true), "peer");

    /// <summary>Fills everything between the two ends, also the room that the kernel still makes for a while.</summary>
    private static async Task StuffAsync(Socket socket)
    {
        byte[] block = new byte[64 * 1024];
        using var full = new CancellationTokenSource(500);
        try
        {
            while (true)
            {
                _ = await socket.SendAsync(block, full.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Nothing more goes in.
        }
    }

    private static async Task<(Socket Near, Socket Far)> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndPoint!);
        return (near, await listener.AcceptAsync());
    }

    private sealed class Arrival(Action action) : MailItem
    {
        public override void Handle(long nowNs) => action();
    }
}
