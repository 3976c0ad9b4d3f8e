using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using LoadGen.Scp;
using Scp.Transport.Identity;

namespace LoadGen.Peers.Tcp;

/// <summary>TLS 1.3 over a connection, mutual as SCP's, with the same certificates.</summary>
internal static class TcpTls
{
    public static async Task<Stream> AcceptAsync(Stream inner, string keys)
    {
        var stream = new SslStream(inner);
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = Certificate(keys, ScpKeys.Server),
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => IsTrusted(keys, certificate),
        }).ConfigureAwait(false);
        return stream;
    }

    public static async Task<Stream> ConnectAsync(Stream inner, string keys, CancellationToken cancellation)
    {
        var stream = new SslStream(inner);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = ScpKeys.Server,
            ClientCertificates = [Certificate(keys, ScpKeys.Client)],
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => IsTrusted(keys, certificate),
        };
        await stream.AuthenticateAsClientAsync(options, cancellation).ConfigureAwait(false);
        return stream;
    }

    private static X509Certificate2 Certificate(string keys, string name) =>
        X509Certificate2.CreateFromPemFile(Path.Combine(keys, name, NodeIdentity.CertificateFile), Path.Combine(keys, name, NodeIdentity.KeyFile));

    /// <summary>Good enough for a benchmark's own two processes: what the throwaway authority has signed.</summary>
    private static bool IsTrusted(string keys, X509Certificate? certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(Path.Combine(keys, ScpKeys.Server, NodeIdentity.AuthorityFile));
        return certificate is X509Certificate2 full && chain.Build(full);
    }
}
