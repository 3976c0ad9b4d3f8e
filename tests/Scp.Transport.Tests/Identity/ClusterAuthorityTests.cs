using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Scp.Transport.Identity;

namespace Scp.Transport.Tests.Identity;

[TestFixture]
internal sealed class ClusterAuthorityTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [TestCase("a")]
    [TestCase("node-1")]
    [TestCase("0.a-b.c")]
    [TestCase("sixty-three-characters-are-allowed-in-a-name-and-not-one-more.x")]
    public void AllowsNames(string name)
    {
        using ClusterAuthority authority = ClusterAuthority.Create(name, Day, Now);
        Assert.That(authority.ClusterName, Is.EqualTo(name));
        Assert.That(authority.IssueNode(name, Day / 2, Now).Name, Is.EqualTo(name));
    }

    [TestCase("")]
    [TestCase("Node")]
    [TestCase("node_1")]
    [TestCase("-a")]
    [TestCase("a-")]
    [TestCase("a..b")]
    [TestCase(".a")]
    [TestCase("a.")]
    [TestCase("a.-b")]
    [TestCase("*.a")]
    [TestCase("ä")]
    [TestCase("a b")]
    [TestCase("a\nb\u001b[2J")]
    [TestCase("sixty-four-characters-are-not-allowed-in-a-name-by-the-rule-of-x")]
    public void RefusesOthersInOneCleanSentence(string name)
    {
        using ClusterAuthority authority = ClusterAuthority.Create("alpha", Day, Now);
        IdentityException fault = Assert.Throws<IdentityException>(() => authority.IssueNode(name, Day / 2, Now))!;
        Assert.That(fault.Message, Does.Contain("cannot name a node"));
        Assert.That(fault.Message, Has.None.Matches<char>(char.IsControl));
        Assert.That(() => ClusterAuthority.Create(name, Day, Now), Throws.TypeOf<IdentityException>());
    }

    [Test]
    public void TheAuthoritysCertificateSaysWhatItIs()
    {
        using ClusterAuthority authority = ClusterAuthority.Create("alpha", 10 * Day, Now);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(authority.CertificatePem);

        Assert.That(certificate.SubjectName.Name, Is.EqualTo("CN=alpha"));
        Assert.That(certificate.IssuerName.Name, Is.EqualTo("CN=alpha"));
        Assert.That(certificate.SerialNumberBytes.Length, Is.EqualTo(16));
        Assert.That((authority.NotBefore, authority.NotAfter), Is.EqualTo((Now - TimeSpan.FromMinutes(5), Now + (10 * Day))));
        X509BasicConstraintsExtension constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        Assert.That(constraints is { Critical: true, CertificateAuthority: true, HasPathLengthConstraint: true, PathLengthConstraint: 0 });
        X509KeyUsageExtension usage = certificate.Extensions.OfType<X509KeyUsageExtension>().Single();
        Assert.That((usage.Critical, usage.KeyUsages), Is.EqualTo((true, X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)));
        Assert.That(certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Count(), Is.EqualTo(1));
        Assert.That(certificate.HasPrivateKey, Is.False);
    }

    [Test]
    public void ANodesCertificateSaysWhatItIs()
    {
        using ClusterAuthority authority = ClusterAuthority.Create("alpha", 10 * Day, Now - Day);
        using X509Certificate2 root = X509Certificate2.CreateFromPem(authority.CertificatePem);
        X509Certificate2 certificate = authority.IssueNode("node-1", Day, Now).Certificate;

        Assert.That((certificate.Subject, certificate.Issuer), Is.EqualTo(("CN=node-1", "CN=alpha")));
        Assert.That(certificate.NotBefore.ToUniversalTime(), Is.EqualTo((Now - TimeSpan.FromMinutes(5)).UtcDateTime));
        Assert.That(certificate.NotAfter.ToUniversalTime(), Is.EqualTo((Now + Day).UtcDateTime));
        Assert.That(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority, Is.False);
        Assert.That(certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages, Is.EqualTo(X509KeyUsageFlags.DigitalSignature));
        Assert.That(
            certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value),
            Is.EquivalentTo(new[] { NodeCertificate.ServerPurpose, NodeCertificate.ClientPurpose }));
        Assert.That(
            certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames(), Is.EqualTo(new[] { "node-1" }));
        Assert.That(
            certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.ToArray(),
            Is.EqualTo(root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.ToArray()));
        Assert.That(certificate.SerialNumberBytes.Length, Is.EqualTo(16));
        Assert.That(certificate.SerialNumber, Is.Not.EqualTo(authority.IssueNode("node-1", Day, Now).Certificate.SerialNumber));
    }

    [Test]
    public void ANodeMayKeepItsKeyToItself()
    {
        using ClusterAuthority authority = ClusterAuthority.Create("alpha", 10 * Day, Now);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = authority.IssueNode("node-1", new PublicKey(key), Day, Now);

        Assert.That(certificate.HasPrivateKey, Is.False);
        Assert.That(CertificateFileReader.Match(certificate, key));

        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        Assert.That(() => authority.IssueNode("node-1", new PublicKey(large), Day, Now), Throws.TypeOf<IdentityException>());
        Assert.That(() => authority.IssueNode("node-1", new PublicKey(rsa), Day, Now), Throws.TypeOf<IdentityException>());
    }

    [Test]
    public void NothingOutlivesItsAuthorityOrIsBornDead()
    {
        using ClusterAuthority authority = ClusterAuthority.Create("alpha", 10 * Day, Now);
        Assert.That(() => authority.IssueNode("node-1", 10 * Day, Now), Throws.Nothing);
        Assert.That(
            () => authority.IssueNode("node-1", 10 * Day, Now + TimeSpan.FromSeconds(1)),
            Throws.TypeOf<IdentityException>().With.Message.Contains("would outlive the authority, which expires 2026-03-11 12:00:00Z"));
        Assert.That(() => authority.IssueNode("node-1", TimeSpan.Zero, Now), Throws.TypeOf<IdentityException>());
        Assert.That(() => ClusterAuthority.Create("alpha", -Day, Now), Throws.TypeOf<IdentityException>());
    }
}
