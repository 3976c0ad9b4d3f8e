using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Scp.Transport.Identity;

/// <summary>
/// Who may call itself a node of a cluster: a key and a self-signed certificate, with which certificates of nodes are
/// signed. Nodes need only its certificate; the key belongs where nodes are admitted, and nowhere else.
/// </summary>
public sealed class ClusterAuthority : IDisposable
{
    public const string CertificateFile = "authority.pem";
    public const string KeyFile = "authority.key";

    private readonly X509Certificate2 _certificate;
    private readonly ECDsa _key;

    private ClusterAuthority(X509Certificate2 certificate, ECDsa key)
    {
        _certificate = certificate;
        _key = key;
        CertificatePem = certificate.ExportCertificatePem() + "\n";
    }

    public string ClusterName => _certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    public DateTimeOffset NotBefore => _certificate.NotBefore.ToUniversalTime();

    public DateTimeOffset NotAfter => _certificate.NotAfter.ToUniversalTime();

    /// <summary>The public half: what nodes trust.</summary>
    public string CertificatePem { get; }

    public static ClusterAuthority Create(string clusterName, TimeSpan validity, DateTimeOffset now)
    {
        NodeName.Check("cluster", clusterName);
        CheckValidity(validity);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new ClusterAuthority(NodeCertificate.CreateAuthority(clusterName, key, validity, now), key);
    }

    /// <summary>Loads what <see cref="Save"/> wrote. What is wrong with it is said in one sentence.</summary>
    public static ClusterAuthority Load(string directory, DateTimeOffset now)
    {
        string certificatePath = Path.Combine(directory, CertificateFile);
        string keyPath = Path.Combine(directory, KeyFile);
        X509Certificate2 certificate = CertificateFileReader.One(certificatePath, IdentityFiles.ReadCertificates(certificatePath));
        if (!NodeCertificate.IsAuthority(certificate))
        {
            throw new IdentityException($"{certificatePath} is not the certificate of an authority.");
        }

        if (certificate.NotAfter.ToUniversalTime() <= now.UtcDateTime)
        {
            throw new IdentityException($"{certificatePath} expired {NodeCertificate.Utc(certificate.NotAfter)}: create another authority and let nodes trust both for a while.");
        }

        ECDsa key = IdentityFiles.ReadKey(keyPath);
        if (!CertificateFileReader.Match(certificate, key))
        {
            key.Dispose();
            throw new IdentityException($"{keyPath} is not the key of {certificatePath}.");
        }

        return new ClusterAuthority(certificate, key);
    }

    /// <summary>Writes both files, the key for its owner's eyes only.</summary>
    public void Save(string directory)
    {
        IdentityFiles.CreateDirectory(directory);
        IdentityFiles.WriteKey(Path.Combine(directory, KeyFile), _key);
        IdentityFiles.WriteCertificates(Path.Combine(directory, CertificateFile), CertificatePem);
    }

    /// <summary>Admits a node under a new key, and hands out all that it needs.</summary>
    public NodeIdentity IssueNode(string nodeName, TimeSpan validity, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = IssueNode(nodeName, new PublicKey(key), validity, now);
        return new NodeIdentity(certificate.CopyWithPrivateKey(key), [X509CertificateLoader.LoadCertificate(_certificate.RawDataMemory.Span)], nodeName);
    }

    /// <summary>Admits a node that keeps its private key to itself.</summary>
    public X509Certificate2 IssueNode(string nodeName, PublicKey publicKey, TimeSpan validity, DateTimeOffset now)
    {
        NodeName.Check("node", nodeName);
        CheckValidity(validity);
        CheckKey(publicKey);
        if (now + validity > NotAfter)
        {
            throw new IdentityException(
                $"A certificate until {NodeCertificate.Utc((now + validity).UtcDateTime)} would outlive the authority, which expires {NodeCertificate.Utc(_certificate.NotAfter)}: ask for less, or create another authority.");
        }

        return NodeCertificate.CreateNode(nodeName, publicKey, _certificate, _key, validity, now);
    }

    public override string ToString() => $"authority of {ClusterName}, valid until {NodeCertificate.Utc(_certificate.NotAfter)}";

    public void Dispose()
    {
        _key.Dispose();
        _certificate.Dispose();
    }

    private static void CheckValidity(TimeSpan validity)
    {
        if (validity <= TimeSpan.Zero)
        {
            throw new IdentityException($"A certificate cannot be valid for {validity}: give it some time.");
        }
    }

    private static void CheckKey(PublicKey publicKey)
    {
        using ECDsa? key = publicKey.GetECDsaPublicKey();
        if (key is null || !NodeCertificate.IsP256(key))
        {
            throw new IdentityException("The key of a node is one of ECDSA P-256: make one of that kind.");
        }
    }
}
