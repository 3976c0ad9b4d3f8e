using System.Net.Security;
using Scp.Transport.Identity;

namespace Scp.Transport.Tests.Identity;

/// <summary>TLS on both ends of a connection in memory.</summary>
internal sealed class TlsPair : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DuplexPair _duplex = new();

    public TlsPair()
    {
        Client = new SslStream(_duplex.Client);
        Server = new SslStream(_duplex.Server);
    }

    public SslStream Client { get; }

    public SslStream Server { get; }

    /// <summary>What the dialling side said, and what the accepting side said.</summary>
    public PeerRefusal ClientSays { get; private set; }

    public PeerRefusal ServerSays { get; private set; }

    public static async Task<TlsPair> HandshakeAsync(IdentityStore client, IdentityStore server, string wantedName)
    {
        var pair = new TlsPair();
        await pair.RunAsync(
            async stream => pair.ClientSays = await PeerVerifier.Dialling(client, wantedName).AuthenticateAsync(stream, CancellationToken.None),
            async stream => pair.ServerSays = await PeerVerifier.Accepting(server).AuthenticateAsync(stream, CancellationToken.None));
        return pair;
    }

    /// <summary>The verifier accepts; the dialling side is whatever the test makes of it, and may fail as it likes.</summary>
    public static async Task<TlsPair> AcceptAsync(IdentityStore server, SslClientAuthenticationOptions client)
    {
        var pair = new TlsPair();
        await pair.RunAsync(
            async stream => await Ignore(stream.AuthenticateAsClientAsync(client)),
            async stream => pair.ServerSays = await PeerVerifier.Accepting(server).AuthenticateAsync(stream, CancellationToken.None));
        return pair;
    }

    /// <summary>The verifier dials; the accepting side is whatever the test makes of it.</summary>
    public static async Task<TlsPair> DialAsync(IdentityStore client, string wantedName, SslServerAuthenticationOptions server)
    {
        var pair = new TlsPair();
        await pair.RunAsync(
            async stream => pair.ClientSays = await PeerVerifier.Dialling(client, wantedName).AuthenticateAsync(stream, CancellationToken.None),
            async stream => await Ignore(stream.AuthenticateAsServerAsync(server)));
        return pair;
    }

    /// <summary>Bytes from one end to the other and back: only now does the dialling side know that it was not refused.</summary>
    public async Task<bool> CanTalkAsync()
    {
        try
        {
            var received = new byte[4];
            await Client.WriteAsync("ping"u8.ToArray()).AsTask().WaitAsync(Patience);
            await Server.ReadExactlyAsync(received).AsTask().WaitAsync(Patience);
            await Server.WriteAsync("pong"u8.ToArray()).AsTask().WaitAsync(Patience);
            await Client.ReadExactlyAsync(received).AsTask().WaitAsync(Patience);
            return received.AsSpan().SequenceEqual("pong"u8);
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        _duplex.Dispose();
    }

    private static async Task Ignore(Task handshake) => await handshake.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>A side that refuses or fails hangs up, as it would its socket.</summary>
    private async Task RunAsync(Func<SslStream, Task> client, Func<SslStream, Task> server)
    {
        async Task Side(Func<SslStream, Task> handshake, SslStream stream, Func<PeerRefusal> says)
        {
            await handshake(stream);
            if (says().IsRefused || !stream.IsAuthenticated)
            {
                await stream.DisposeAsync();
            }
        }

        await Task.WhenAll(Side(client, Client, () => ClientSays), Side(server, Server, () => ServerSays)).WaitAsync(Patience);
    }
}
