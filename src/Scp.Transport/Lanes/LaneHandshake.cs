using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
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

    /// <summary>This side dialled a node by its name.</summary>
    public async Task<LaneConnection> AsInitiatorAsync(Socket socket, string peerName, CancellationToken cancellation)
    {
        if (_identity is null)
        {
            return new LaneConnection(socket, new NetworkStream(socket, ownsSocket: true), PlainName);
        }

        var verifier = new PeerVerifier(_identity.Current);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(verifier.ClientOptions(peerName), cancellation).ConfigureAwait(false);
            return new LaneConnection(socket, tls, peerName);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw new ScpConnectException($"The TLS handshake with {peerName} failed: {verifier.Refusal ?? e.Message}", e);
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A peer dialled this side; its certificate says which node it is.</summary>
    public async Task<LaneConnection> AsAcceptorAsync(Socket socket, CancellationToken cancellation)
    {
        if (_identity is null)
        {
            return new LaneConnection(socket, new NetworkStream(socket, ownsSocket: true), PlainName);
        }

        var verifier = new PeerVerifier(_identity.Current);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsServerAsync(verifier.ServerOptions(), cancellation).ConfigureAwait(false);
            return new LaneConnection(socket, tls, PeerVerifier.NameOf(tls));
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw new ScpConnectException(verifier.Refusal ?? e.Message, e);
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
