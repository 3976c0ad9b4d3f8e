using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Scp.Transport.Identity;

/// <summary>PEM to certificates, with a sentence that names the file where it is something else.</summary>
internal static class CertificateFileReader
{
    public static X509Certificate2 One(string path, string pem)
    {
        X509Certificate2Collection all = All(path, pem);
        return all.Count == 1 ? all[0] : throw new IdentityException($"{path} holds {all.Count} certificates; one is wanted.");
    }

    public static X509Certificate2Collection All(string path, string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException fault)
        {
            throw new IdentityException($"{path} holds something that is not a certificate.", fault);
        }

        return certificates.Count > 0 ? certificates : throw new IdentityException($"{path} does not hold a certificate in PEM.");
    }

    /// <summary>True when the key is the one that the certificate speaks of.</summary>
    public static bool Match(X509Certificate2 certificate, ECDsa key) =>
        certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo());
}
