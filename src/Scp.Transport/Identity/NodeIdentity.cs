using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Scp.Transport.Identity;

/// <summary>
/// Who a node is: its certificate with the private key, and the authorities by which it knows other nodes. Immutable.
/// It is not disposed, since connections that began under it may outlive its replacement.
/// </summary>
public sealed class NodeIdentity
{
    public const string CertificateFile = "node.pem";
    public const string KeyFile = "node.key";
    public const string AuthorityFile = "authority.pem";

    /// <summary>Authorities trusted at once: two while one replaces another, and some room.</summary>
    public const int MaxAuthorities = 8;

    internal NodeIdentity(X509Certificate2 certificateWithKey, X509Certificate2Collection authorities, string name)
    {
        Certificate = certificateWithKey;
        Authorities = authorities;
        Name = name;
        var trust = SslCertificateTrust.CreateForX509Collection(authorities, sendTrustInHandshake: false);
        CertificateContext = SslStreamCertificateContext.Create(certificateWithKey, additionalCertificates: null, offline: true, trust);
    }

    /// <summary>The node's name, as its certificate has it.</summary>
    public string Name { get; }

    public DateTimeOffset NotBefore => Certificate.NotBefore.ToUniversalTime();

    public DateTimeOffset NotAfter => Certificate.NotAfter.ToUniversalTime();

    internal X509Certificate2 Certificate { get; }

    internal X509Certificate2Collection Authorities { get; }

    /// <summary>The certificate in the form that handshakes want, made once.</summary>
    internal SslStreamCertificateContext CertificateContext { get; }

    /// <summary>Loads <c>node.pem</c>, <c>node.key</c> and <c>authority.pem</c>. What is wrong with them is said in one sentence.</summary>
    public static NodeIdentity Load(string directory, DateTimeOffset now)
    {
        string certificatePath = Path.Combine(directory, CertificateFile);
        string keyPath = Path.Combine(directory, KeyFile);
        string authorityPath = Path.Combine(directory, AuthorityFile);
        using X509Certificate2 certificate = CertificateFileReader.One(certificatePath, IdentityFiles.ReadCertificates(certificatePath));
        using ECDsa key = IdentityFiles.ReadKey(keyPath);
        if (!CertificateFileReader.Match(certificate, key))
        {
            throw new IdentityException($"{keyPath} is not the key of {certificatePath}.");
        }

        X509Certificate2Collection authorities = ReadAuthorities(authorityPath, IdentityFiles.ReadCertificates(authorityPath));
        string name = CheckCertificate(certificatePath, certificate, authorityPath, authorities, now);
        return new NodeIdentity(certificate.CopyWithPrivateKey(key), authorities, name);
    }

    /// <summary>
    /// Writes the three files, the key for its owner's eyes only. Each is replaced at once, all three are not: whoever
    /// loads in between is told that they do not fit together, and tries again.
    /// </summary>
    public void Save(string directory)
    {
        IdentityFiles.CreateDirectory(directory);
        using ECDsa key = Certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("An identity has no key of ECDSA.");
        IdentityFiles.WriteKey(Path.Combine(directory, KeyFile), key);
        IdentityFiles.WriteCertificates(Path.Combine(directory, CertificateFile), Certificate.ExportCertificatePem() + "\n");
        IdentityFiles.WriteCertificates(Path.Combine(directory, AuthorityFile), Authorities.ExportCertificatePems() + "\n");
    }

    /// <summary>The same node that trusts another authority too: the step before nodes get certificates from it.</summary>
    public NodeIdentity TrustingAlso(string authorityPem)
    {
        X509Certificate2Collection authorities = [.. Authorities];
        foreach (X509Certificate2 more in ReadAuthorities("the authority to trust", authorityPem))
        {
            if (!authorities.Contains(more))
            {
                authorities.Add(more);
            }
        }

        CheckCount("the authorities to trust", authorities);
        return new NodeIdentity(Certificate, authorities, Name);
    }

    public override string ToString() => $"{Name}, valid until {NodeCertificate.Utc(Certificate.NotAfter)}";

    /// <summary>True when nothing is different, whatever objects it is in.</summary>
    internal bool IsSameAs(NodeIdentity other) =>
        Certificate.Equals(other.Certificate)
        && Authorities.Count == other.Authorities.Count
        && Authorities.All(other.Authorities.Contains);

    private static X509Certificate2Collection ReadAuthorities(string path, string pem)
    {
        X509Certificate2Collection authorities = CertificateFileReader.All(path, pem);
        CheckCount(path, authorities);
        return authorities.All(NodeCertificate.IsAuthority) ? authorities
            : throw new IdentityException($"{path} holds a certificate that is not that of an authority.");
    }

    private static void CheckCount(string path, X509Certificate2Collection authorities)
    {
        if (authorities.Count > MaxAuthorities)
        {
            throw new IdentityException($"{path}: {authorities.Count} authorities are more than the {MaxAuthorities} that can be trusted at once; drop those that are no longer in use.");
        }
    }

    /// <summary>Judges the own certificate as peers will, in both of its roles, so that its faults show here and not at them.</summary>
    private static string CheckCertificate(
        string path, X509Certificate2 certificate, string authorityPath, X509Certificate2Collection authorities, DateTimeOffset now)
    {
        using var chain = new X509Chain { ChainPolicy = CertificateJudge.PolicyFor(authorities) };
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        _ = chain.Build(certificate);
        string name = "";
        foreach (string purpose in (string[])[NodeCertificate.ServerPurpose, NodeCertificate.ClientPurpose])
        {
            PeerRefusal refusal = CertificateJudge.Judge(certificate, chain, authorities, purpose, now, out name);
            if (refusal.Reason == PeerRefusalReason.WrongAuthority)
            {
                throw new IdentityException($"{path} is not signed by an authority in {authorityPath}.");
            }

            if (refusal.IsRefused)
            {
                throw new IdentityException($"{path} cannot be used: {refusal.Text}.");
            }
        }

        return name;
    }
}
