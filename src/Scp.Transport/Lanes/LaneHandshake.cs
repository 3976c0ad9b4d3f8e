using System.Net.Security;
using System.Net.Sockets;
using Scp.Transport.Identity;

namespace Scp.Transport.Lanes;

/// <summary>Makes a lane of a socket: proves who is at the other end, or takes it as it is where plain mode allows that.</summary>
internal sealed class LaneHandshake
{
    /// <summary>What a peer in plain mode is called, since nothing proves a name.</summary>
    public const string PlainName = "plain";

    private readonly IdentityStore? _identity;

    public LaneHandshake(IdentityStore? identity) => _identity = identity;

    public bool IsPlain => _identity is null;

    /// <summary>This side dialled a node by its name. A refusal is thrown; whatever happens, a socket without lane is closed.</summary>
    public Task<LaneConnection> AsInitiatorAsync(Socket socket, string peerName, CancellationToken cancellation) =>
        _identity is null ? Task.FromResult(Plain(socket)) : SecureAsync(socket, PeerVerifier.Dialling(_identity, peerName), cancellation);

    /// <summary>A peer dialled this side; its certificate says which node it is.</summary>
    public Task<LaneConnection> AsAcceptorAsync(Socket socket, CancellationToken cancellation) =>
        _identity is null ? Task.FromResult(Plain(socket)) : SecureAsync(socket, PeerVerifier.Accepting(_identity), cancellation);

    private static LaneConnection Plain(Socket socket) => new(socket, new NetworkStream(socket, ownsSocket: true), PlainName);

    private static async Task<LaneConnection> SecureAsync(Socket socket, PeerVerifier verifier, CancellationToken cancellation)
    {
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false);
        try
        {
            PeerRefusal refusal = await verifier.AuthenticateAsync(tls, cancellation).ConfigureAwait(false);
            return refusal.IsRefused ? throw new ScpConnectException(refusal.Text) : new LaneConnection(socket, tls, PeerVerifier.NameOf(tls));
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
