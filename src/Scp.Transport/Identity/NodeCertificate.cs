using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Scp.Transport.Identity;

/// <summary>What the certificates of a cluster look like, written and read.</summary>
internal static class NodeCertificate
{
    /// <summary>Certificates begin this much before they were made, for clocks that lag.</summary>
    public static readonly TimeSpan Backdating = TimeSpan.FromMinutes(5);

    /// <summary>Extended key usage of the side that accepts.</summary>
    public const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    /// <summary>Extended key usage of the side that dials.</summary>
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private const int SerialBytes = 16;
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string P256 = "1.2.840.10045.3.1.7";

    public static X509Certificate2 CreateAuthority(string clusterName, ECDsa key, TimeSpan validity, DateTimeOffset now)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(clusterName);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var signer = X509SignatureGenerator.CreateForECDsa(key);
        return request.Create(request.SubjectName, signer, now - Backdating, now + validity, NewSerial());
    }

    public static X509Certificate2 CreateNode(
        string nodeName, PublicKey publicKey, X509Certificate2 authority, ECDsa authorityKey, TimeSpan validity, DateTimeOffset now)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(nodeName);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(nodeName);
        var request = new CertificateRequest(subject.Build(), publicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerPurpose), new Oid(ClientPurpose)], false));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(publicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));

        // Not before its authority, which may be minutes old.
        DateTimeOffset notBefore = now - Backdating;
        DateTimeOffset authorityNotBefore = authority.NotBefore.ToUniversalTime();
        var signer = X509SignatureGenerator.CreateForECDsa(authorityKey);
        return request.Create(
            authority.SubjectName,
            signer,
            notBefore < authorityNotBefore ? authorityNotBefore : notBefore,
            now + validity,
            NewSerial());
    }

    /// <summary>The node that a certificate names, if it names exactly one by the rule.</summary>
    public static bool TryReadName(X509Certificate2 certificate, out string name)
    {
        name = "";
        try
        {
            X509Extension[] extensions = [.. certificate.Extensions.Where(extension => extension.Oid?.Value == SubjectAlternativeName)];
            if (extensions is not [X509SubjectAlternativeNameExtension names]
                || names.EnumerateDnsNames().Take(2).ToArray() is not [string only]
                || !NodeName.IsValid(only))
            {
                return false;
            }

            name = only;
            return true;
        }
        catch (CryptographicException)
        {
            // The platform's way to say that an extension is not what its type says; a peer can send any.
            return false;
        }
    }

    /// <summary>True when the certificate says itself that it may be used so; one that says nothing may not.</summary>
    public static bool Allows(X509Certificate2 certificate, string purpose)
    {
        try
        {
            return certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
                .Any(extension => extension.EnhancedKeyUsages.Cast<Oid>().Any(usage => usage.Value == purpose));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
        && certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority);

    public static bool IsP256(ECDsa key) => key.ExportParameters(false).Curve.Oid.Value == P256;

    public static string Utc(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", null);

    private static byte[] NewSerial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(SerialBytes);

        // Positive and never zero, and all of the same length.
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}
