using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Scp.Transport.Identity;

namespace Scp.Transport.Lanes;

/// <summary>
/// Makes a lane of a socket: proves who is at the other end, or takes it as it is where plain mode allows that. A peer in
/// the other mode is told from one that refuses by its first byte, and both sides say so.
/// </summary>
internal sealed class LaneHandshake
{
    /// <summary>What a peer in plain mode is called, since nothing proves a name.</summary>
    public const string PlainName = "plain";

    private readonly IdentityStore? _identity;

    public LaneHandshake(IdentityStore? identity) => _identity = identity;

    public bool IsPlain => _identity is null;

    /// <summary>A fatal TLS alert, unexpected_message: by it a peer in plain mode learns that TLS is spoken here.</summary>
    private static ReadOnlyMemory<byte> Alert { get; } = new byte[] { 0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0A };

    /// <summary>This side dialled a node by its name. A refusal is thrown; whatever happens, a socket without lane is closed.</summary>
    public async Task<LaneConnection> AsInitiatorAsync(Socket socket, string peerName, IPEndPoint address, CancellationToken cancellation)
    {
        if (_identity is null)
        {
            return Plain(socket);
        }

        Task<PeerGreeting> greeting = PeerGreetings.PeekAsync(socket);
        try
        {
            return await SecureAsync(socket, PeerVerifier.Dialling(_identity, peerName), (_, _) => Task.CompletedTask, cancellation).ConfigureAwait(false);
        }
        catch (ScpConnectException e)
        {
            // The socket is closed by now, so this has ended, or ends at once.
            throw await greeting.ConfigureAwait(false) switch
            {
                PeerGreeting.Plain => new ScpConnectException($"{peerName} at {address} answered without TLS, as a node in plain mode does: give that node an identity, or dial it from a node without one (plain mode, loopback only).", e),
                PeerGreeting.Other => new ScpConnectException($"What listens at {address} speaks neither TLS nor SCP: it is not {peerName}, so check the address and the port.", e),
                _ => e,
            };
        }
    }

    /// <summary>A peer dialled this side; its certificate says which node it is.</summary>
    public async Task<LaneConnection> AsAcceptorAsync(Socket socket, CancellationToken cancellation)
    {
        if (_identity is null)
        {
            return Plain(socket);
        }

        Task<PeerGreeting> greeting = PeerGreetings.PeekAsync(socket);
        return await SecureAsync(socket, PeerVerifier.Accepting(_identity), AnswerAsync, cancellation).ConfigureAwait(false);

        async Task AnswerAsync(Stream raw, CancellationToken late)
        {
            switch (await greeting.WaitAsync(late).ConfigureAwait(false))
            {
                case PeerGreeting.Plain:
                    try
                    {
                        await raw.WriteAsync(Alert, late).ConfigureAwait(false);
                    }
                    catch (IOException)
                    {
                        // It is gone: what there is to say is said on this side all the same.
                    }

                    throw new ScpConnectException("it speaks without TLS, as a node in plain mode does, and this node demands TLS: give that node an identity.");
                case PeerGreeting.Other:
                    throw new ScpConnectException("it speaks neither TLS nor SCP.");
            }
        }
    }

    /// <summary>In plain mode: the reason to tell when a peer that was accepted begins with TLS; null when it does not.</summary>
    public static async Task<ScpConnectException?> RefusalOfTlsAsync(Socket accepted) =>
        await PeerGreetings.PeekAsync(accepted).ConfigureAwait(false) == PeerGreeting.Tls
            ? new ScpConnectException("it began a TLS handshake, and this node runs in plain mode: give this node an identity, or take the other's away (plain mode, loopback only).")
            : null;

    /// <summary>In plain mode: why a peer that was dialled closed the connection without a hello.</summary>
    public static string RefusalOfPlain(PeerGreeting greeting, string peerName, IPEndPoint address) => greeting switch
    {
        PeerGreeting.Tls => $"{peerName} at {address} demands TLS, and this node runs in plain mode: give this node an identity, or take that node's away (plain mode, loopback only).",
        PeerGreeting.Other => $"What listens at {address} speaks no SCP: it is not {peerName}, so check the address and the port.",
        _ => $"{peerName} at {address} closed the connection without a hello: it takes no sessions now, or is no node in plain mode.",
    };

    private static LaneConnection Plain(Socket socket) => new(socket, new NetworkStream(socket, ownsSocket: true), PlainName);

    private static async Task<LaneConnection> SecureAsync(Socket socket, PeerVerifier verifier, Func<Stream, CancellationToken, Task> onRefused, CancellationToken cancellation)
    {
        var raw = new NetworkStream(socket, ownsSocket: true);
        var tls = new SslStream(raw, leaveInnerStreamOpen: false);
        try
        {
            PeerRefusal refusal = await verifier.AuthenticateAsync(tls, cancellation).ConfigureAwait(false);
            if (!refusal.IsRefused)
            {
                return new LaneConnection(socket, tls, PeerVerifier.NameOf(tls));
            }

            await onRefused(raw, cancellation).ConfigureAwait(false);
            throw new ScpConnectException(refusal.Text);
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
