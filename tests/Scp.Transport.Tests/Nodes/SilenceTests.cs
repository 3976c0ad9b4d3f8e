using System.Net;
using System.Net.Sockets;

namespace Scp.Transport.Tests.Nodes;

/// <summary>Connections that say nothing hold what is theirs to hold, and keep nobody else out.</summary>
[CancelAfter(30_000)]
public sealed class SilenceTests
{
    [Test]
    public async Task Silent_connections_of_one_source_leave_room_for_another()
    {
        await using ScpNode server = ScpNode.Start(NodePair.ServerOptions(new ScpHandlers()) with { OnProblem = null });
        var silent = new List<Socket>();
        try
        {
            for (int i = 0; i < TransportLimits.MaxHandshakesPerSource; i++)
            {
                silent.Add(await ConnectAsync(server));
            }

            // They are taken in order: once the next is refused, all before it have their places.
            Assert.That(
                async () =>
                {
                    using Socket next = await ConnectAsync(server);
                    await next.ReceiveAsync(new byte[1]);
                },
                Throws.InstanceOf<SocketException>());

            await using ScpNode client = ScpNode.Start(NodePair.ClientOptions());
            Assert.That(async () => await client.ConnectAsync("server", server.LocalEndPoint), Throws.InstanceOf<ScpConnectException>());

            await using var elsewhere = new Middlebox(server.LocalEndPoint) { Source = IPAddress.Parse("127.0.0.2") };
            ScpPeer peer = await client.ConnectAsync("server", elsewhere.EndPoint);
            Assert.That(peer.Name, Is.EqualTo("server"));
            Assert.That(silent.TrueForAll(socket => !socket.Poll(0, SelectMode.SelectRead)), "each is still held");
            await peer.CloseAsync();
        }
        finally
        {
            silent.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task<Socket> ConnectAsync(ScpNode server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.LocalEndPoint);
        return socket;
    }
}
