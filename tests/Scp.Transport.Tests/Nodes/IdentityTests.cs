using Scp.Transport.Identity;

namespace Scp.Transport.Tests.Nodes;

/// <summary>Who may have a session with whom.</summary>
[CancelAfter(30_000)]
public sealed class IdentityTests
{
    private const uint WhoAmI = 1;

    private static readonly ScpHandlers Handlers = new ScpHandlers().OnRequest(WhoAmI, request =>
    {
        request.Reply(System.Text.Encoding.UTF8.GetBytes(request.Peer.Name));
        return ValueTask.CompletedTask;
    });

    [Test]
    public async Task Each_side_knows_the_other_by_the_name_in_its_certificate()
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers);
        using ScpReply reply = await pair.Peer.CallAsync(WhoAmI, default);
        Assert.That(pair.Peer.Name, Is.EqualTo("server"));
        Assert.That(System.Text.Encoding.UTF8.GetString(reply.EnsureOk().Payload.Span), Is.EqualTo("client"));
    }

    [Test]
    public async Task A_client_of_another_authority_is_refused_and_told()
    {
        using ClusterAuthority other = ClusterAuthority.Create("other", TimeSpan.FromDays(2), DateTimeOffset.UtcNow);
        await RefusedAsync(NodePair.ClientOptions() with { Identity = NodePair.IdentityOf("client", other) }, "server", "authority");
    }

    [Test]
    public async Task A_client_that_trusts_the_server_but_not_the_reverse_is_refused_at_the_hello()
    {
        using ClusterAuthority other = ClusterAuthority.Create("other", TimeSpan.FromDays(2), DateTimeOffset.UtcNow);
        NodeIdentity trusting = other.IssueNode("client", TimeSpan.FromDays(1), DateTimeOffset.UtcNow).TrustingAlso(NodePair.Authority.CertificatePem);
        await RefusedAsync(NodePair.ClientOptions() with { Identity = new IdentityStore(trusting) }, "server", "without a hello");
    }

    [Test]
    public async Task A_server_with_another_name_than_was_dialled_is_refused() =>
        await RefusedAsync(NodePair.ClientOptions(), "somebody-else", "somebody-else");

    [Test]
    public async Task A_client_whose_certificate_has_expired_is_refused()
    {
        IdentityStore expired = NodePair.IdentityOf("client", at: DateTimeOffset.UtcNow.AddDays(-1.0 + (1.0 / 86400)));
        await Task.Delay(1500);
        await RefusedAsync(NodePair.ClientOptions() with { Identity = expired }, "server", "without a hello");
    }

    [Test]
    public async Task An_identity_can_be_replaced_while_sessions_go_on()
    {
        IdentityStore store = NodePair.IdentityOf("server");
        await using ScpNode server = ScpNode.Start(NodePair.ServerOptions(Handlers) with { Identity = store });
        await using ScpNode client = ScpNode.Start(NodePair.ClientOptions());
        ScpPeer old = await client.ConnectAsync("server", server.LocalEndPoint);
        store.Replace(NodePair.IdentityOf("server").Current);
        ScpPeer young = await client.ConnectAsync("server", server.LocalEndPoint);
        foreach (ScpPeer peer in (ScpPeer[])[old, young])
        {
            using ScpReply reply = await peer.CallAsync(WhoAmI, default);
            Assert.That(reply.IsOk);
        }
    }

    private static async Task RefusedAsync(ScpNodeOptions options, string name, string says)
    {
        await using ScpNode server = ScpNode.Start(NodePair.ServerOptions(Handlers));
        await using ScpNode client = ScpNode.Start(options);
        Assert.That(
            async () => await client.ConnectAsync(name, server.LocalEndPoint),
            Throws.InstanceOf<ScpConnectException>().With.Message.Contains(says));
        Assert.That(server.Peers, Is.Empty);
    }
}
