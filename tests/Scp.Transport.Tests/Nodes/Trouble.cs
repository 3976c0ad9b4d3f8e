namespace Scp.Transport.Tests.Nodes;

/// <summary>A client and a server with a middlebox between them.</summary>
internal sealed class Trouble(ScpNode server, ScpNode client, Middlebox middlebox, ScpPeer peer) : IAsyncDisposable
{
    public ScpNode Server => server;

    public ScpNode Client => client;

    public Middlebox Middlebox => middlebox;

    public ScpPeer Peer => peer;

    public static async Task<Trouble> StartAsync(ScpHandlers handlers, Action<Middlebox>? prepare = null, Func<ScpNodeOptions, ScpNodeOptions>? adjust = null)
    {
        adjust ??= options => options;
        ScpNode server = ScpNode.Start(adjust(NodePair.ServerOptions(handlers)));
        ScpNode client = ScpNode.Start(adjust(NodePair.ClientOptions()));
        var middlebox = new Middlebox(server.LocalEndPoint);
        prepare?.Invoke(middlebox);
        return new Trouble(server, client, middlebox, await client.ConnectAsync("server", middlebox.EndPoint));
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await server.DisposeAsync();
        await middlebox.DisposeAsync();
    }
}
