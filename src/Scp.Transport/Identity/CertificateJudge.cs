using System.Security.Cryptography.X509Certificates;

namespace Scp.Transport.Identity;

/// <summary>Whom a certificate proves, given the authorities that are trusted: theirs alone, never those of the system.</summary>
internal static class CertificateJudge
{
    /// <summary>Trust in these authorities and no others. Nothing is fetched, and nobody is asked about revocation.</summary>
    public static X509ChainPolicy PolicyFor(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    /// <summary>
    /// Judges what a chain under such a policy says, then what the certificate itself says: authority, validity, purpose
    /// and name, in this order, since a certificate that nobody vouches for says nothing.
    /// </summary>
    public static PeerRefusal Judge(
        X509Certificate2 certificate, X509Chain chain, X509Certificate2Collection authorities, string purpose, DateTimeOffset now, out string name)
    {
        bool isNamed = NodeCertificate.TryReadName(certificate, out name);
        string whose = isNamed ? $"{name}'s certificate" : "the certificate of a node without a proper name";
        if (!LeadsToOneOf(authorities, chain))
        {
            return new PeerRefusal(PeerRefusalReason.WrongAuthority, $"{whose} is not signed by an authority that is trusted here");
        }

        PeerRefusal refusal = JudgeTime(chain, whose, now);
        if (refusal.IsRefused)
        {
            return refusal;
        }

        bool isForbidden = Array.Exists(chain.ChainStatus, status => status.Status.HasFlag(X509ChainStatusFlags.NotValidForUsage));
        if (isForbidden || !NodeCertificate.Allows(certificate, purpose))
        {
            string side = purpose == NodeCertificate.ServerPurpose ? "accepts" : "dials";
            return new PeerRefusal(PeerRefusalReason.WrongPurpose, $"{whose} is not one for the side that {side}");
        }

        return isNamed ? PeerRefusal.None
            : new PeerRefusal(PeerRefusalReason.NoName, "the certificate does not name exactly one node");
    }

    /// <summary>That the root is one of ours is looked up here too, so that trust does not hang on a setting alone.</summary>
    private static bool LeadsToOneOf(X509Certificate2Collection authorities, X509Chain chain)
    {
        const X509ChainStatusFlags JudgedApart = X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.NotValidForUsage;
        foreach (X509ChainStatus status in chain.ChainStatus)
        {
            if ((status.Status & ~JudgedApart) != X509ChainStatusFlags.NoError)
            {
                return false;
            }
        }

        if (chain.ChainElements.Count < 2)
        {
            return false;
        }

        X509Certificate2 root = chain.ChainElements[^1].Certificate;
        return authorities.Any(authority => authority.RawDataMemory.Span.SequenceEqual(root.RawDataMemory.Span));
    }

    private static PeerRefusal JudgeTime(X509Chain chain, string whose, DateTimeOffset now)
    {
        for (int i = 0; i < chain.ChainElements.Count; i++)
        {
            X509Certificate2 link = chain.ChainElements[i].Certificate;
            if (!Array.Exists(chain.ChainElements[i].ChainElementStatus, status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))
            {
                continue;
            }

            if (i > 0)
            {
                return new PeerRefusal(
                    PeerRefusalReason.AuthorityExpired,
                    $"the authority that signed {whose} is valid from {NodeCertificate.Utc(link.NotBefore)} to {NodeCertificate.Utc(link.NotAfter)} only");
            }

            return link.NotBefore.ToUniversalTime() > now.UtcDateTime
                ? new PeerRefusal(
                    PeerRefusalReason.NotYetValid,
                    $"{whose} is valid from {NodeCertificate.Utc(link.NotBefore)} on: one of the two clocks may be wrong")
                : new PeerRefusal(PeerRefusalReason.Expired, $"{whose} expired {NodeCertificate.Utc(link.NotAfter)}");
        }

        return PeerRefusal.None;
    }
}
