using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Scp.Transport.Lanes;

namespace Scp.Transport.Tests.Nodes;

/// <summary>A node with TLS and one in plain mode do not come together, and each is told why in one sentence.</summary>
[CancelAfter(30_000)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ModeTests
{
    private readonly ConcurrentQueue<string> _problems = new();

    [Test]
    public async Task A_plain_client_and_a_server_with_TLS()
    {
        await using ScpNode server = ScpNode.Start(Listening(NodePair.ServerOptions(new ScpHandlers())));
        await using ScpNode client = ScpNode.Start(NodePair.ClientOptions() with { Identity = null });
        for (int i = 0; i < 10; i++)
        {
            Assert.That(
                async () => await client.ConnectAsync("server", server.LocalEndPoint),
                Throws.InstanceOf<ScpConnectException>().With.Message.EqualTo(
                    $"server at {server.LocalEndPoint} demands TLS, and this node runs in plain mode: give this node an identity, or take that node's away (plain mode, loopback only)."));
        }

        await ServerSaysAsync(10, "was refused: it speaks without TLS, as a node in plain mode does, and this node demands TLS: give that node an identity.");
        Assert.That(server.Peers, Is.Empty);
    }

    [Test]
    public async Task A_client_with_TLS_and_a_plain_server()
    {
        await using ScpNode server = ScpNode.Start(Listening(NodePair.ServerOptions(new ScpHandlers()) with { Identity = null }));
        await using ScpNode client = ScpNode.Start(NodePair.ClientOptions());
        for (int i = 0; i < 10; i++)
        {
            Assert.That(
                async () => await client.ConnectAsync("server", server.LocalEndPoint),
                Throws.InstanceOf<ScpConnectException>().With.Message.EqualTo(
                    $"server at {server.LocalEndPoint} answered without TLS, as a node in plain mode does: give that node an identity, or dial it from a node without one (plain mode, loopback only)."));
        }

        await ServerSaysAsync(10, "was refused: it began a TLS handshake, and this node runs in plain mode: give this node an identity, or take the other's away (plain mode, loopback only).");
        Assert.That(server.Peers, Is.Empty);
    }

    [Test]
    public async Task A_client_and_something_that_is_no_node([Values] bool plain)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = (IPEndPoint)listener.LocalEndpoint;
        Task answered = Task.Run(async () =>
        {
            using TcpClient accepted = await listener.AcceptTcpClientAsync();
            byte[] request = new byte[4096];
            _ = await accepted.GetStream().ReadAsync(request);
            await accepted.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        });
        await using ScpNode client = ScpNode.Start(plain ? NodePair.ClientOptions() with { Identity = null } : NodePair.ClientOptions());
        Assert.That(
            async () => await client.ConnectAsync("server", address),
            Throws.InstanceOf<ScpConnectException>().With.Message.StartsWith($"What listens at {address} speaks").And.Message.EndsWith("it is not server, so check the address and the port."));
        await answered;
    }

    [Test]
    public async Task Something_that_is_no_node_and_a_server_with_TLS()
    {
        await using ScpNode server = ScpNode.Start(Listening(NodePair.ServerOptions(new ScpHandlers())));
        using var client = new TcpClient();
        await client.ConnectAsync(server.LocalEndPoint);
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        await ServerSaysAsync(1, "was refused: it speaks neither TLS nor SCP.");
    }

    [TestCase(0x16, PeerGreeting.Tls)]
    [TestCase(0x15, PeerGreeting.Tls)]
    [TestCase(0x01, PeerGreeting.Plain)]
    [TestCase(0x06, PeerGreeting.Plain)]
    [TestCase(0x00, PeerGreeting.Other)]
    [TestCase((byte)'H', PeerGreeting.Other)]
    public void A_first_byte_tells_the_mode(byte first, object greeting) => Assert.That(PeerGreetings.Of(first), Is.EqualTo(greeting));

    private ScpNodeOptions Listening(ScpNodeOptions options) => options with { OnProblem = (problem, _) => _problems.Enqueue(problem) };

    private async Task ServerSaysAsync(int times, string words)
    {
        while (_problems.Count(problem => problem.StartsWith("A connection from 127.0.0.1:", StringComparison.Ordinal) && problem.EndsWith(words, StringComparison.Ordinal)) < times)
        {
            Assert.That(_problems, Has.Count.LessThanOrEqualTo(times));
            await Task.Delay(5, TestContext.CurrentContext.CancellationToken);
        }
    }
}
