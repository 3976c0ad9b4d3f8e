using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Scp.Transport.Identity;

namespace Scp.Transport.Tests.Identity;

/// <summary>Identities in files, and the sentence for each thing that can be wrong with them.</summary>
[TestFixture]
[UnsupportedOSPlatform("windows")]
internal sealed class IdentityFileTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private ClusterAuthority _authority = null!;
    private string _directory = null!;

    private string CertificatePath => Path.Combine(_directory, NodeIdentity.CertificateFile);

    private string KeyPath => Path.Combine(_directory, NodeIdentity.KeyFile);

    private string AuthorityPath => Path.Combine(_directory, NodeIdentity.AuthorityFile);

    [SetUp]
    public void Save()
    {
        _authority = ClusterAuthority.Create("alpha", 10 * Day, Now);
        _directory = Path.Combine(Directory.CreateTempSubdirectory("scp-test-").FullName, "identity");
        _authority.IssueNode("node-1", Day, Now).Save(_directory);
    }

    [TearDown]
    public void Delete()
    {
        _authority.Dispose();
        Directory.Delete(Path.GetDirectoryName(_directory)!, recursive: true);
    }

    [Test]
    public void WhatIsSavedIsLoaded()
    {
        NodeIdentity identity = _authority.IssueNode("node-2", Day, Now);
        identity.Save(_directory);
        NodeIdentity loaded = NodeIdentity.Load(_directory, Now);

        Assert.That(loaded.Name, Is.EqualTo("node-2"));
        Assert.That(loaded.IsSameAs(identity));
        Assert.That(loaded.Certificate.HasPrivateKey);
        Assert.That((loaded.NotBefore, loaded.NotAfter), Is.EqualTo((Now - TimeSpan.FromMinutes(5), Now + Day)));
        Assert.That(loaded.ToString(), Is.EqualTo("node-2, valid until 2026-03-02 12:00:00Z"));
        Assert.That(Directory.GetFiles(_directory), Has.Length.EqualTo(3));
    }

    [Test]
    public void AnAuthorityIsSavedAndLoadedAndItsKeyIsItsOwners()
    {
        string directory = Path.Combine(_directory, "authority");
        _authority.Save(directory);
        using ClusterAuthority loaded = ClusterAuthority.Load(directory, Now);

        Assert.That(loaded.CertificatePem, Is.EqualTo(_authority.CertificatePem));
        Assert.That(loaded.IssueNode("node-3", Day, Now).Name, Is.EqualTo("node-3"));
        Assert.That(File.GetUnixFileMode(Path.Combine(directory, ClusterAuthority.KeyFile)), Is.EqualTo(OwnerOnly));
        Assert.That(() => ClusterAuthority.Load(directory, Now + (10 * Day)), Fails("expired 2026-03-11 12:00:00Z"));
        Assert.That(() => ClusterAuthority.Load(_directory, Now), Fails("authority.key is missing."));
    }

    [Test]
    public void AKeyIsItsOwnersFromTheStart()
    {
        Assert.That(File.GetUnixFileMode(KeyPath), Is.EqualTo(OwnerOnly));
        Assert.That(File.GetUnixFileMode(_directory), Is.EqualTo(OwnerOnly | UnixFileMode.UserExecute));
    }

    [TestCase(UnixFileMode.OtherRead)]
    [TestCase(UnixFileMode.GroupRead)]
    [TestCase(UnixFileMode.OtherWrite)]
    public void AKeyThatOthersCanUseIsRefused(UnixFileMode more)
    {
        File.SetUnixFileMode(KeyPath, OwnerOnly | more);
        Assert.That(() => NodeIdentity.Load(_directory, Now), Fails($"{KeyPath} can be used by others than its owner (mode {Convert.ToString((int)(OwnerOnly | more), 8)})"));
    }

    [TestCase(NodeIdentity.CertificateFile)]
    [TestCase(NodeIdentity.KeyFile)]
    [TestCase(NodeIdentity.AuthorityFile)]
    public void AMissingFileIsNamed(string file)
    {
        File.Delete(Path.Combine(_directory, file));
        Assert.That(() => NodeIdentity.Load(_directory, Now), Fails($"{Path.Combine(_directory, file)} is missing."));
    }

    [TestCase(NodeIdentity.CertificateFile, "does not hold a certificate in PEM.")]
    [TestCase(NodeIdentity.KeyFile, "does not hold a private key in PEM without a password.")]
    [TestCase(NodeIdentity.AuthorityFile, "does not hold a certificate in PEM.")]
    public void AFileOfSomethingElseIsNamed(string file, string sentence)
    {
        string path = Path.Combine(_directory, file);
        foreach (string content in (string[])["", "hello", "-----BEGIN NOTHING-----\nAAAA\n-----END NOTHING-----\n"])
        {
            File.WriteAllText(path, content);
            Assert.That(() => NodeIdentity.Load(_directory, Now), Fails($"{path} {sentence}"));
        }

        File.WriteAllText(path, new string('a', IdentityFiles.MaxFileBytes + 1));
        Assert.That(() => NodeIdentity.Load(_directory, Now), Fails($"{path} is larger than 65536 bytes"));
    }

    [Test]
    public void ACertificateOfGarbageIsNamed()
    {
        File.WriteAllText(CertificatePath, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Assert.That(() => NodeIdentity.Load(_directory, Now), Fails($"{CertificatePath} holds something that is not a certificate."));
    }

    [Test]
    public void AKeyOfAnotherKindOrOfAnotherCertificateIsRefused()
    {
        _authority.IssueNode("node-1", Day, Now).Save(_directory + ".other");
        File.Copy(Path.Combine(_directory + ".other", NodeIdentity.KeyFile), KeyPath, overwrite: true);
        Assert.That(() => NodeIdentity.Load(_directory, Now), Fails($"{KeyPath} is not the key of {CertificatePath}."));

        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        File.WriteAllText(KeyPath, large.ExportPkcs8PrivateKeyPem());
        Assert.That(() => NodeIdentity.Load(_directory, Now), Fails($"{KeyPath} is not a key of ECDSA P-256"));

        using var rsa = RSA.Create(2048);
        File.WriteAllText(KeyPath, rsa.ExportPkcs8PrivateKeyPem());
        Assert.That(() => NodeIdentity.Load(_directory, Now), Fails($"{KeyPath} does not hold a private key"));
    }

    [Test]
    public void AKeyAsOtherToolsWriteItIsTaken()
    {
        using ECDsa key = NodeIdentity.Load(_directory, Now).Certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(KeyPath, key.ExportECPrivateKeyPem());
        Assert.That(NodeIdentity.Load(_directory, Now).Name, Is.EqualTo("node-1"));
    }

    [Test]
    public void TheWrongAuthorityIsNamed()
    {
        using ClusterAuthority other = ClusterAuthority.Create("alpha", 10 * Day, Now);
        File.WriteAllText(AuthorityPath, other.CertificatePem);
        Assert.That(() => NodeIdentity.Load(_directory, Now), Fails($"{CertificatePath} is not signed by an authority in {AuthorityPath}."));

        File.WriteAllText(AuthorityPath, other.CertificatePem + _authority.CertificatePem);
        Assert.That(NodeIdentity.Load(_directory, Now).Authorities, Has.Count.EqualTo(2));

        File.Copy(CertificatePath, AuthorityPath, overwrite: true);
        Assert.That(() => NodeIdentity.Load(_directory, Now), Fails($"{AuthorityPath} holds a certificate that is not that of an authority."));

        File.WriteAllText(AuthorityPath, string.Concat(Enumerable.Repeat(_authority.CertificatePem, NodeIdentity.MaxAuthorities + 1)));
        Assert.That(() => NodeIdentity.Load(_directory, Now), Fails("9 authorities are more than the 8 that can be trusted at once"));
    }

    [Test]
    public void ACertificateOutOfItsTimeIsRefused()
    {
        Assert.That(
            () => NodeIdentity.Load(_directory, Now + (2 * Day)),
            Fails($"{CertificatePath} cannot be used: node-1's certificate expired 2026-03-02 12:00:00Z."));
        Assert.That(
            () => NodeIdentity.Load(_directory, Now - TimeSpan.FromMinutes(6)),
            Throws.TypeOf<IdentityException>());
    }

    [Test]
    public void SeveralCertificatesAreNotOne()
    {
        File.AppendAllText(CertificatePath, _authority.CertificatePem);
        Assert.That(() => NodeIdentity.Load(_directory, Now), Fails($"{CertificatePath} holds 2 certificates; one is wanted."));
    }

    [Test]
    public void AStoreReloadsAndKeepsWhatItHasWhenThatFails()
    {
        NodeIdentity first = NodeIdentity.Load(_directory, Now);
        var store = new IdentityStore(first);
        Assert.That(store.ReloadFrom(_directory, Now), Is.False);
        Assert.That(store.Current, Is.SameAs(first));

        File.Delete(AuthorityPath);
        Assert.That(() => store.ReloadFrom(_directory, Now), Throws.TypeOf<IdentityException>());
        Assert.That(store.Current, Is.SameAs(first));

        _authority.IssueNode("node-1", 2 * Day, Now).Save(_directory);
        Assert.That(store.ReloadFrom(_directory, Now));
        Assert.That(store.Current.NotAfter, Is.EqualTo(Now + (2 * Day)));

        using ClusterAuthority next = ClusterAuthority.Create("alpha", 10 * Day, Now);
        store.Current.TrustingAlso(next.CertificatePem).TrustingAlso(next.CertificatePem).Save(_directory);
        Assert.That(store.ReloadFrom(_directory, Now), "another authority is trusted");
        Assert.That(store.Current.Authorities, Has.Count.EqualTo(2));
    }

    [Test]
    public void AStoreStaysWithItsNode()
    {
        var store = new IdentityStore(_authority.IssueNode("node-1", Day, Now));
        Assert.That(
            () => store.Replace(_authority.IssueNode("node-2", Day, Now)),
            Fails("This node is node-1 and cannot become node-2 while it runs"));
        Assert.That(store.Current.Name, Is.EqualTo("node-1"));
    }

    private static NUnit.Framework.Constraints.ContainsConstraint Fails(string sentence) =>
        Throws.TypeOf<IdentityException>().With.Message.Contains(sentence);
}
