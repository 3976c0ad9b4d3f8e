using System.Net;

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

    public static async Task<NodePair> StartAsync(ScpHandlers handlers, Func<ScpNodeOptions, ScpNodeOptions>? adjust = null)
    {
        adjust ??= options => options;
        ScpNode server = ScpNode.Start(adjust(new ScpNodeOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), Handlers = handlers, OnProblem = Report }));
        ScpNode client = ScpNode.Start(adjust(new ScpNodeOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), AcceptsSessions = false, OnProblem = Report }));
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
