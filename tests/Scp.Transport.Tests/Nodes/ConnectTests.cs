using System.Net;
using Scp.Transport.Identity;

namespace Scp.Transport.Tests.Nodes;

/// <summary>Connections that fail in every way leave no socket behind, on either side.</summary>
[CancelAfter(60_000)]
public sealed class ConnectTests
{
    private const int Tries = 100;

    [Test]
    public async Task Nobody_listens() =>
        await LeavesNothingAsync(NodePair.ClientOptions(), (client, _) => client.ConnectAsync("server", new IPEndPoint(IPAddress.Loopback, 1)));

    [Test]
    public async Task The_server_has_another_name() =>
        await LeavesNothingAsync(NodePair.ClientOptions(), (client, server) => client.ConnectAsync("somebody-else", server.LocalEndPoint));

    [Test]
    public async Task The_client_has_another_authority()
    {
        using ClusterAuthority other = ClusterAuthority.Create("other", TimeSpan.FromDays(2), DateTimeOffset.UtcNow);
        ScpNodeOptions options = NodePair.ClientOptions() with { Identity = NodePair.IdentityOf("client", other) };
        await LeavesNothingAsync(options, (client, server) => client.ConnectAsync("server", server.LocalEndPoint));
    }

    [Test]
    public async Task The_server_does_not_trust_the_client_and_says_so_after_the_handshake()
    {
        using ClusterAuthority other = ClusterAuthority.Create("other", TimeSpan.FromDays(2), DateTimeOffset.UtcNow);
        NodeIdentity trusting = other.IssueNode("client", TimeSpan.FromDays(1), DateTimeOffset.UtcNow).TrustingAlso(NodePair.Authority.CertificatePem);
        ScpNodeOptions options = NodePair.ClientOptions() with { Identity = new IdentityStore(trusting) };
        await LeavesNothingAsync(options, (client, server) => client.ConnectAsync("server", server.LocalEndPoint));
    }

    [Test]
    public async Task The_client_speaks_plain() =>
        await LeavesNothingAsync(NodePair.ClientOptions() with { Identity = null }, (client, server) => client.ConnectAsync("server", server.LocalEndPoint));

    [Test]
    public async Task The_caller_gives_up_at_any_moment([Values] bool plain)
    {
        var random = new Random(5);
        ScpNodeOptions options = plain ? NodePair.ClientOptions() with { Identity = null } : NodePair.ClientOptions();
        await LeavesNothingAsync(options, async (client, server) =>
        {
            using var cancellation = new CancellationTokenSource();
            Task<ScpPeer> connecting = client.ConnectAsync("server", server.LocalEndPoint, cancellation.Token);
            await Task.WhenAny(connecting, Task.Delay(random.Next(12)));
            await cancellation.CancelAsync();
            ScpPeer peer = await connecting;
            await peer.CloseAsync();
            throw new OperationCanceledException("it was up already");
        });
    }

    [Test]
    public async Task A_node_that_stops_refuses_whoever_is_connecting([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        int before = Sockets();
        for (int i = 0; i < 10; i++)
        {
            ScpNode server = ScpNode.Start(NodePair.ServerOptions(new ScpHandlers()));
            ScpNode client = ScpNode.Start(NodePair.ClientOptions());
            Task[] connecting = [.. Enumerable.Range(0, 4).Select(_ => client.ConnectAsync("server", server.LocalEndPoint))];
            await Task.Delay(random.Next(25));
            await (i % 2 == 0 ? client : server).DisposeAsync();
            foreach (Task connect in connecting)
            {
                try
                {
                    await connect.WaitAsync(TimeSpan.FromSeconds(15));
                }
                catch (Exception e) when (e is ScpConnectException or ObjectDisposedException)
                {
                    // Too late.
                }
            }

            await (i % 2 == 0 ? server : client).DisposeAsync();
        }

        Assert.That(Sockets, Is.LessThanOrEqualTo(before + 2).After(8_000, 50));
    }

    private static async Task LeavesNothingAsync(ScpNodeOptions options, Func<ScpNode, ScpNode, Task> connectAsync)
    {
        var handshakes = new Scp.Transport.Lanes.HandshakeLimits(1e6, 1e6, 1e6, 1e6, 16);
        await using ScpNode server = ScpNode.Start(NodePair.ServerOptions(new ScpHandlers()) with { Handshakes = handshakes, OnProblem = null });
        await using ScpNode client = ScpNode.Start(options with { OnProblem = null });
        await FailAsync();
        int before = Sockets();
        for (int i = 0; i < Tries; i++)
        {
            await FailAsync();
        }

        // The last ones may still be saying goodbye.
        Assert.That(Sockets, Is.LessThanOrEqualTo(before + 2).After(8_000, 50));
        Assert.That(() => server.Peers.Concat(client.Peers), Is.Empty.After(8_000, 50));

        async Task FailAsync()
        {
            try
            {
                await connectAsync(client, server);
                Assert.Fail("It connected.");
            }
            catch (Exception e) when (e is ScpConnectException or OperationCanceledException)
            {
                // As it should.
            }
        }
    }

    private static int Sockets() => Directory.GetFiles("/proc/self/fd").Count(file =>
    {
        try
        {
            return File.ResolveLinkTarget(file, returnFinalTarget: false)?.FullName.Contains("socket:", StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            return false;
        }
    });
}
