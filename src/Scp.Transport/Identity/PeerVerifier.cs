using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Scp.Transport.Identity;

/// <summary>
/// One handshake: TLS 1.3 with certificates on both sides and scp/1 inside, no resumption, no renegotiation. It holds to
/// the identity that was present when it began. The side that dials demands the node it wants; the side that accepts
/// learns from the certificate which node it is.
/// <para>
/// With TLS 1.3 the side that dials is done before the other has judged its certificate: a refusal shows there only when
/// it reads.
/// </para>
/// </summary>
internal sealed class PeerVerifier
{
    private readonly NodeIdentity _identity;
    private readonly string? _wantedName;
    private PeerRefusal _refusal = PeerRefusal.None;

    private PeerVerifier(NodeIdentity identity, string? wantedName)
    {
        _identity = identity;
        _wantedName = wantedName;
    }

    public static SslApplicationProtocol Protocol { get; } = new("scp/1");

    private bool IsDialling => _wantedName is not null;

    public static PeerVerifier Accepting(IdentityStore store) => new(store.Current, wantedName: null);

    public static PeerVerifier Dialling(IdentityStore store, string wantedName)
    {
        NodeName.Check("node", wantedName);
        return new PeerVerifier(store.Current, wantedName);
    }

    /// <summary>The name of the node that a finished handshake has proven.</summary>
    public static string NameOf(SslStream stream)
    {
        if (!stream.IsMutuallyAuthenticated
            || stream.RemoteCertificate is not X509Certificate2 certificate
            || !NodeCertificate.TryReadName(certificate, out string name))
        {
            ThrowNotProven();
            return "";
        }

        return name;
    }

    /// <summary>
    /// Does the handshake. Whatever the peer does ends in a refusal and not in an exception; only cancellation, and the
    /// disposal of the stream by this side, come out as such.
    /// </summary>
    public async ValueTask<PeerRefusal> AuthenticateAsync(SslStream stream, CancellationToken cancellation)
    {
        try
        {
            await (IsDialling
                ? stream.AuthenticateAsClientAsync(ClientOptions(), cancellation)
                : stream.AuthenticateAsServerAsync(ServerOptions(), cancellation)).ConfigureAwait(false);
        }
        catch (AuthenticationException)
        {
            return _refusal.IsRefused ? _refusal : new PeerRefusal(
                PeerRefusalReason.HandshakeFailed, $"the handshake failed: the peer does not speak TLS 1.3 with {Protocol}, or refuses this node");
        }
        catch (IOException)
        {
            return _refusal.IsRefused ? _refusal : new PeerRefusal(
                PeerRefusalReason.ConnectionLost, "the connection ended during the handshake");
        }

        if (_refusal.IsRefused)
        {
            return _refusal;
        }

        if (!stream.IsMutuallyAuthenticated || stream.SslProtocol != SslProtocols.Tls13)
        {
            return new PeerRefusal(PeerRefusalReason.HandshakeFailed, "the handshake did not prove both sides by TLS 1.3");
        }

        return stream.NegotiatedApplicationProtocol == Protocol ? PeerRefusal.None
            : new PeerRefusal(PeerRefusalReason.WrongProtocol, $"{NameOf(stream)} does not speak {Protocol}");
    }

    public SslServerAuthenticationOptions ServerOptions() => new()
    {
        ServerCertificateContext = _identity.CertificateContext,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        EncryptionPolicy = EncryptionPolicy.RequireEncryption,
        ApplicationProtocols = [Protocol],
        AllowRenegotiation = false,
        AllowTlsResume = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = CertificateJudge.PolicyFor(_identity.Authorities),
        RemoteCertificateValidationCallback = Verify,
    };

    /// <summary>Without a target host, so that names of nodes do not stand in the clear at the head of each connection.</summary>
    public SslClientAuthenticationOptions ClientOptions() => new()
    {
        ClientCertificateContext = _identity.CertificateContext,
        EnabledSslProtocols = SslProtocols.Tls13,
        EncryptionPolicy = EncryptionPolicy.RequireEncryption,
        ApplicationProtocols = [Protocol],
        AllowRenegotiation = false,
        AllowTlsResume = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = CertificateJudge.PolicyFor(_identity.Authorities),
        RemoteCertificateValidationCallback = Verify,
    };

    private bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _refusal = certificate is X509Certificate2 shown && chain is not null ? Judge(shown, chain)
            : new PeerRefusal(PeerRefusalReason.NoCertificate, "the peer showed no certificate");
        return !_refusal.IsRefused;
    }

    private PeerRefusal Judge(X509Certificate2 certificate, X509Chain chain)
    {
        string purpose = IsDialling ? NodeCertificate.ServerPurpose : NodeCertificate.ClientPurpose;
        PeerRefusal refusal = CertificateJudge.Judge(certificate, chain, _identity.Authorities, purpose, DateTimeOffset.UtcNow, out string name);
        return refusal.IsRefused || _wantedName is null || name == _wantedName ? refusal
            : new PeerRefusal(PeerRefusalReason.WrongName, $"the peer is named {name}, wanted was {_wantedName}");
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowNotProven() =>
        throw new InvalidOperationException("A connection that has proven no name was asked for it.");
}
