using System.Net;
using Scp.Transport.Identity;

namespace Scp.Transport.Tests.Nodes;

/// <summary>Two nodes on loopback with a session between them.</summary>
internal sealed class NodePair : IAsyncDisposable
{
    private NodePair(ScpNode server, ScpNode client, ScpPeer peer)
    {
        Server = server;
        Client = client;
        Peer = peer;
    }

    public ScpNode Server { get; }

    public ScpNode Client { get; }

    /// <summary>The server as the client sees it.</summary>
    public ScpPeer Peer { get; }

    /// <summary>Certificates for tests: of one authority, valid for this run.</summary>
    public static IdentityStore IdentityOf(string name, ClusterAuthority? authority = null, DateTimeOffset? at = null) =>
        new((authority ?? Authority).IssueNode(name, TimeSpan.FromDays(1), at ?? DateTimeOffset.UtcNow));

    public static ClusterAuthority Authority { get; } = ClusterAuthority.Create("test", TimeSpan.FromDays(4), DateTimeOffset.UtcNow.AddDays(-1));

    public static ScpNodeOptions ServerOptions(ScpHandlers handlers) => new()
    {
        Listen = new IPEndPoint(IPAddress.Loopback, 0),
        Identity = IdentityOf("server"),
        Handlers = handlers,
        OnProblem = Report,
    };

    public static ScpNodeOptions ClientOptions() => new()
    {
        Listen = new IPEndPoint(IPAddress.Loopback, 0),
        Identity = IdentityOf("client"),
        AcceptsSessions = false,
        OnProblem = Report,
    };

    public static async Task<NodePair> StartAsync(ScpHandlers handlers, Func<ScpNodeOptions, ScpNodeOptions>? adjust = null)
    {
        adjust ??= options => options;
        ScpNode server = ScpNode.Start(adjust(ServerOptions(handlers)));
        ScpNode client = ScpNode.Start(adjust(ClientOptions()));
        try
        {
            ScpPeer peer = await client.ConnectAsync("server", server.LocalEndPoint);
            return new NodePair(server, client, peer);
        }
        catch
        {
            await client.DisposeAsync();
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static void Report(string problem, Exception? failure) => TestContext.Progress.WriteLine($"{problem} {failure}");
}
