using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Scp.Transport.Identity;

namespace Scp.Transport.Tests.Identity;

/// <summary>Handshakes, good and bad, between two ends in memory.</summary>
[TestFixture]
internal sealed class PeerVerifierTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private ClusterAuthority _authority = null!;
    private ECDsa _carelessKey = null!;
    private X509Certificate2 _careless = null!;
    private IdentityStore _first = null!;
    private IdentityStore _second = null!;

    [OneTimeSetUp]
    public void Admit()
    {
        _authority = ClusterAuthority.Create("alpha", 1000 * Day, Now - (500 * Day));
        _carelessKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _careless = NodeCertificate.CreateAuthority("careless", _carelessKey, 1000 * Day, Now - (500 * Day));
        _first = Admit("node-1");
        _second = Admit("node-2");
    }

    [OneTimeTearDown]
    public void Dispose()
    {
        _authority.Dispose();
        _careless.Dispose();
        _carelessKey.Dispose();
    }

    [Test]
    public async Task TwoNodesOfAClusterProveTheirNames()
    {
        using TlsPair pair = await TlsPair.HandshakeAsync(_first, _second, "node-2");

        Assert.That((pair.ClientSays, pair.ServerSays), Is.EqualTo((PeerRefusal.None, PeerRefusal.None)));
        Assert.That(PeerVerifier.NameOf(pair.Client), Is.EqualTo("node-2"));
        Assert.That(PeerVerifier.NameOf(pair.Server), Is.EqualTo("node-1"));
        Assert.That(pair.Client.SslProtocol, Is.EqualTo(SslProtocols.Tls13));
        Assert.That(await pair.CanTalkAsync());
    }

    [Test]
    public async Task NodesOfAnotherAuthorityAreRefusedByBothSides()
    {
        using var other = ClusterAuthority.Create("alpha", 10 * Day, Now);
        var stranger = new IdentityStore(other.IssueNode("node-2", Day, Now));

        using TlsPair dialled = await TlsPair.HandshakeAsync(_first, stranger, "node-2");
        Assert.That(dialled.ClientSays.Reason, Is.EqualTo(PeerRefusalReason.WrongAuthority));
        Assert.That(dialled.ClientSays.Text, Is.EqualTo("node-2's certificate is not signed by an authority that is trusted here"));
        Assert.That(dialled.ServerSays.IsRefused);

        // The stranger trusts this cluster, so that only the accepting side has something against it.
        var friendly = new IdentityStore(stranger.Current.TrustingAlso(_authority.CertificatePem));
        using TlsPair accepted = await TlsPair.HandshakeAsync(friendly, _first, "node-1");
        Assert.That(accepted.ServerSays.Reason, Is.EqualTo(PeerRefusalReason.WrongAuthority));
        Assert.That(await accepted.CanTalkAsync(), Is.False);
    }

    [Test]
    public async Task ACertificateHasItsTime()
    {
        var expired = new IdentityStore(_authority.IssueNode("node-2", Day, Now - (3 * Day)));
        var early = new IdentityStore(_authority.IssueNode("node-2", Day, Now + (3 * Day)));

        using TlsPair pair = await TlsPair.HandshakeAsync(_first, expired, "node-2");
        Assert.That(pair.ClientSays.Reason, Is.EqualTo(PeerRefusalReason.Expired));
        Assert.That(pair.ClientSays.Text, Is.EqualTo($"node-2's certificate expired {(Now - (2 * Day)).UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"));

        using TlsPair second = await TlsPair.HandshakeAsync(expired, _first, "node-1");
        Assert.That(second.ServerSays.Reason, Is.EqualTo(PeerRefusalReason.Expired));

        using TlsPair third = await TlsPair.HandshakeAsync(_first, early, "node-2");
        Assert.That(third.ClientSays.Reason, Is.EqualTo(PeerRefusalReason.NotYetValid));
        Assert.That(third.ClientSays.Text, Does.StartWith("node-2's certificate is valid from ").And.EndWith("on: one of the two clocks may be wrong"));

        using TlsPair fourth = await TlsPair.HandshakeAsync(early, _first, "node-1");
        Assert.That(fourth.ServerSays.Reason, Is.EqualTo(PeerRefusalReason.NotYetValid));
    }

    [Test]
    public async Task AnAuthorityHasItsTimeToo()
    {
        using ECDsa oldKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 old = NodeCertificate.CreateAuthority("alpha", oldKey, 10 * Day, Now - (20 * Day));
        using X509Certificate2 certificate = NodeCertificate.CreateNode("node-2", new PublicKey(key), old, oldKey, Day, Now);
        IdentityStore trusting = new(_first.Current.TrustingAlso(old.ExportCertificatePem()));

        using TlsPair pair = await TlsPair.DialAsync(trusting, "node-2", Server(certificate.CopyWithPrivateKey(key)));
        Assert.That(pair.ClientSays.Reason, Is.EqualTo(PeerRefusalReason.AuthorityExpired));
        Assert.That(pair.ClientSays.Text, Does.StartWith("the authority that signed node-2's certificate is valid from "));
    }

    [Test]
    public async Task TheNodeThatWasDialledIsTheOneThatMustAnswer()
    {
        using TlsPair pair = await TlsPair.HandshakeAsync(_first, _second, "node-3");

        Assert.That(pair.ClientSays.Reason, Is.EqualTo(PeerRefusalReason.WrongName));
        Assert.That(pair.ClientSays.Text, Is.EqualTo("the peer is named node-2, wanted was node-3"));
        Assert.That(() => PeerVerifier.NameOf(pair.Client), Throws.InvalidOperationException.Or.TypeOf<ObjectDisposedException>());
        Assert.That(() => PeerVerifier.Dialling(_first, "node 3\n"), Throws.TypeOf<IdentityException>());
    }

    [Test]
    public async Task WhoShowsNoCertificateIsRefused()
    {
        using TlsPair pair = await TlsPair.AcceptAsync(_second, Client(null));
        Assert.That(pair.ServerSays.Reason, Is.EqualTo(PeerRefusalReason.NoCertificate));
        Assert.That(await pair.CanTalkAsync(), Is.False);
    }

    [TestCase(NodeCertificate.ServerPurpose)]
    [TestCase(NodeCertificate.ClientPurpose)]
    [TestCase(null)]
    public async Task EachSideNeedsTheCertificateOfItsSide(string? purpose)
    {
        string[] purposes = purpose is null ? [] : [purpose];
        X509Certificate2 odd = Odd("node-9", names => names.AddDnsName("node-9"), purposes);

        using TlsPair accepted = await TlsPair.AcceptAsync(_second, Client(odd));
        Assert.That(accepted.ServerSays.Reason, Is.EqualTo(purpose == NodeCertificate.ClientPurpose ? PeerRefusalReason.None : PeerRefusalReason.WrongPurpose));

        using TlsPair dialled = await TlsPair.DialAsync(_first, "node-9", Server(odd));
        Assert.That(dialled.ClientSays.Reason, Is.EqualTo(purpose == NodeCertificate.ServerPurpose ? PeerRefusalReason.None : PeerRefusalReason.WrongPurpose));
    }

    [Test]
    public async Task ACertificateNamesExactlyOneNodeByTheRule()
    {
        string[] both = [NodeCertificate.ServerPurpose, NodeCertificate.ClientPurpose];
        X509Certificate2[] nameless =
        [
            Odd("node-9", null, both),
            Odd("node-9", names => names.AddUri(new Uri("scp://alpha/node-9")), both),
            Odd("node-9", names => Add(names, "node-8", "node-9"), both),
            Odd("node-9", names => names.AddDnsName("*.example"), both),
            Odd("node-9", names => names.AddDnsName("NODE-9"), both),
            Odd("a\nlog line: all is well\u001b[2J", names => names.AddIpAddress(System.Net.IPAddress.Loopback), both),
        ];

        foreach (X509Certificate2 odd in nameless)
        {
            using TlsPair accepted = await TlsPair.AcceptAsync(_second, Client(odd));
            Assert.That(accepted.ServerSays, Is.EqualTo(new PeerRefusal(PeerRefusalReason.NoName, "the certificate does not name exactly one node")));
            using TlsPair dialled = await TlsPair.DialAsync(_first, "node-9", Server(odd));
            Assert.That(dialled.ClientSays.Reason, Is.EqualTo(PeerRefusalReason.NoName));
        }
    }

    /// <summary>A stranger may write anything into a certificate; what is said about it stays one clean line.</summary>
    [Test]
    public async Task NothingThatAStrangerWroteReachesTheLog()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName("evil\r\nroot: all is well\u001b[2J");
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri("scp://evil/%0d%0a"));
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 evil = request.CreateSelfSigned(Now - Day, Now + Day);

        using TlsPair pair = await TlsPair.AcceptAsync(_second, Client(evil));
        Assert.That(pair.ServerSays.Reason, Is.EqualTo(PeerRefusalReason.WrongAuthority));
        Assert.That(pair.ServerSays.Text, Is.EqualTo("the certificate of a node without a proper name is not signed by an authority that is trusted here"));
    }

    [Test]
    public async Task TheAuthoritysOwnCertificateIsNoNode()
    {
        using X509Certificate2 certificate = _careless.CopyWithPrivateKey(_carelessKey);
        using TlsPair pair = await TlsPair.AcceptAsync(_second, Client(certificate));
        Assert.That(pair.ServerSays.IsRefused);
    }

    /// <summary>Whoever holds a node's key can sign with it, and is believed nothing that it signs.</summary>
    [Test]
    public async Task ANodeCannotAdmitOthers()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa nodeKey = _first.Current.Certificate.GetECDsaPrivateKey()!;
        var request = new CertificateRequest(new X500DistinguishedName("CN=node-9"), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("node-9");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(NodeCertificate.ClientPurpose)], false));
        using X509Certificate2 made = request.Create(
            _first.Current.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(nodeKey), Now, Now + Day, [1]);
        using X509Certificate2 child = made.CopyWithPrivateKey(key);
        SslClientAuthenticationOptions options = Client(null);
        options.ClientCertificateContext = SslStreamCertificateContext.Create(child, [_first.Current.Certificate], offline: true);

        using TlsPair pair = await TlsPair.AcceptAsync(_second, options);
        Assert.That(pair.ServerSays.Reason, Is.EqualTo(PeerRefusalReason.WrongAuthority));
    }

    [Test]
    public async Task OldTlsIsNotSpoken()
    {
        SslClientAuthenticationOptions client = Client(_first.Current.Certificate);
        client.EnabledSslProtocols = SslProtocols.Tls12;
        using TlsPair accepted = await TlsPair.AcceptAsync(_second, client);
        Assert.That(accepted.ServerSays.Reason, Is.EqualTo(PeerRefusalReason.HandshakeFailed));

        SslServerAuthenticationOptions server = Server(_second.Current.Certificate);
        server.EnabledSslProtocols = SslProtocols.Tls12;
        using TlsPair dialled = await TlsPair.DialAsync(_first, "node-2", server);
        Assert.That(dialled.ClientSays.Reason, Is.EqualTo(PeerRefusalReason.HandshakeFailed));
    }

    [TestCase(null, PeerRefusalReason.WrongProtocol)]
    [TestCase("h2", PeerRefusalReason.HandshakeFailed)]
    public async Task OnlyScpIsSpokenInside(string? protocol, PeerRefusalReason reason)
    {
        List<SslApplicationProtocol>? protocols = protocol is null ? null : [new SslApplicationProtocol(protocol)];
        SslClientAuthenticationOptions client = Client(_first.Current.Certificate);
        client.ApplicationProtocols = protocols;
        using TlsPair accepted = await TlsPair.AcceptAsync(_second, client);
        Assert.That(accepted.ServerSays.Reason, Is.EqualTo(reason));

        SslServerAuthenticationOptions server = Server(_second.Current.Certificate);
        server.ApplicationProtocols = protocols;
        using TlsPair dialled = await TlsPair.DialAsync(_first, "node-2", server);
        Assert.That(dialled.ClientSays.Reason, Is.EqualTo(reason));
    }

    [TestCase("GET / HTTP/1.1\r\nHost: scan\r\n\r\n")]
    [TestCase("SSH-2.0-OpenSSH_9.2\r\n")]
    [TestCase("\u0016\u0003\u0001\0\u0005garbage")]
    [TestCase("")]
    public async Task GarbageIsARefusalAndNoException(string greeting)
    {
        using var duplex = new DuplexPair();
        await using var server = new SslStream(duplex.Server);
        Task<PeerRefusal> verdict = PeerVerifier.Accepting(_second).AuthenticateAsync(server, CancellationToken.None).AsTask();
        await duplex.Client.WriteAsync(Encoding.Latin1.GetBytes(greeting));
        await duplex.Client.FlushAsync();
        await duplex.Client.DisposeAsync();

        PeerRefusal refusal = await verdict.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(refusal.Reason, Is.EqualTo(PeerRefusalReason.HandshakeFailed).Or.EqualTo(PeerRefusalReason.ConnectionLost));
        Assert.That(refusal.Text, Has.None.Matches<char>(char.IsControl));
    }

    /// <summary>The first words of a node, replayed with a few bytes changed or the end cut off: a refusal, whatever they are.</summary>
    [Test]
    public async Task DamagedHandshakesAreRefusals([Range(0, 99)] int seed)
    {
        var random = new Random(seed);
        byte[] hello = await FirstFlightAsync();
        for (int changes = random.Next(4); changes > 0; changes--)
        {
            hello[random.Next(hello.Length)] = (byte)random.Next(256);
        }

        using var duplex = new DuplexPair();
        await using var server = new SslStream(duplex.Server);
        Task<PeerRefusal> verdict = PeerVerifier.Accepting(_second).AuthenticateAsync(server, CancellationToken.None).AsTask();
        await duplex.Client.WriteAsync(hello.AsMemory(0, random.Next(2) == 0 ? hello.Length : random.Next(hello.Length)));
        await duplex.Client.FlushAsync();
        await duplex.Client.DisposeAsync();

        PeerRefusal refusal = await verdict.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(refusal.Reason, Is.EqualTo(PeerRefusalReason.HandshakeFailed).Or.EqualTo(PeerRefusalReason.ConnectionLost));
    }

    [Test]
    public async Task AHandshakeThatTakesTooLongCanBeCancelled()
    {
        using var duplex = new DuplexPair();
        await using var server = new SslStream(duplex.Server);
        using var cancellation = new CancellationTokenSource();
        ValueTask<PeerRefusal> verdict = PeerVerifier.Accepting(_second).AuthenticateAsync(server, cancellation.Token);
        await cancellation.CancelAsync();
        Assert.That(async () => await verdict, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task AReplacedIdentityIsShownToNewConnectionsAndOldOnesGoOn()
    {
        IdentityStore server = Admit("node-2");
        using TlsPair before = await TlsPair.HandshakeAsync(_first, server, "node-2");
        NodeIdentity old = server.Current;

        server.Replace(_authority.IssueNode("node-2", Day, Now));
        using TlsPair after = await TlsPair.HandshakeAsync(_first, server, "node-2");

        Assert.That(Shown(before), Is.EqualTo(old.Certificate.Thumbprint));
        Assert.That(Shown(after), Is.EqualTo(server.Current.Certificate.Thumbprint).And.Not.EqualTo(old.Certificate.Thumbprint));
        Assert.That(await before.CanTalkAsync());
        Assert.That(await after.CanTalkAsync());
    }

    /// <summary>First all trust both authorities, then one after the other gets its new certificate, then the old is dropped.</summary>
    [Test]
    public async Task AnAuthorityIsReplacedWithoutAPause()
    {
        using var next = ClusterAuthority.Create("alpha", 10 * Day, Now);
        IdentityStore client = new(_first.Current.TrustingAlso(next.CertificatePem));
        IdentityStore server = new(_second.Current.TrustingAlso(next.CertificatePem));
        await AssertTalkAsync(client, server);

        server.Replace(next.IssueNode("node-2", Day, Now).TrustingAlso(_authority.CertificatePem));
        await AssertTalkAsync(client, server);

        client.Replace(next.IssueNode("node-1", Day, Now));
        await AssertTalkAsync(client, server);

        server.Replace(next.IssueNode("node-2", Day, Now));
        await AssertTalkAsync(client, server);

        using TlsPair late = await TlsPair.HandshakeAsync(_first, server, "node-2");
        Assert.That(late.ClientSays.Reason, Is.EqualTo(PeerRefusalReason.WrongAuthority));
    }

    private static async Task AssertTalkAsync(IdentityStore client, IdentityStore server)
    {
        using TlsPair pair = await TlsPair.HandshakeAsync(client, server, "node-2");
        Assert.That((pair.ClientSays, pair.ServerSays), Is.EqualTo((PeerRefusal.None, PeerRefusal.None)));
        Assert.That(await pair.CanTalkAsync());
    }

    private async Task<byte[]> FirstFlightAsync()
    {
        using var duplex = new DuplexPair();
        await using var client = new SslStream(duplex.Client);
        Task<PeerRefusal> handshake = PeerVerifier.Dialling(_first, "node-2").AuthenticateAsync(client, CancellationToken.None).AsTask();
        var buffer = new byte[16 * 1024];
        int bytes = await duplex.Server.ReadAsync(buffer);
        await duplex.Server.DisposeAsync();
        Assert.That((await handshake).Reason, Is.EqualTo(PeerRefusalReason.ConnectionLost).Or.EqualTo(PeerRefusalReason.HandshakeFailed));
        return buffer[..bytes];
    }

    private static string? Shown(TlsPair pair) => (pair.Client.RemoteCertificate as X509Certificate2)?.Thumbprint;

    private static void Add(SubjectAlternativeNameBuilder names, params string[] hosts) => Array.ForEach(hosts, names.AddDnsName);

    private static bool TakeAnybody(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        errors >= SslPolicyErrors.None;

    /// <summary>A client that trusts anybody.</summary>
    private static SslClientAuthenticationOptions Client(X509Certificate2? certificate) => new()
    {
        TargetHost = "anybody",
        ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
        ApplicationProtocols = [PeerVerifier.Protocol],
        RemoteCertificateValidationCallback = TakeAnybody,
    };

    /// <summary>A server that admits anybody.</summary>
    private static SslServerAuthenticationOptions Server(X509Certificate2 certificate) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
        ClientCertificateRequired = true,
        ApplicationProtocols = [PeerVerifier.Protocol],
        RemoteCertificateValidationCallback = TakeAnybody,
    };

    private IdentityStore Admit(string name) => new(_authority.IssueNode(name, 30 * Day, Now).TrustingAlso(_careless.ExportCertificatePem()));

    /// <summary>A certificate by an authority that is trusted and looks at nothing that it signs.</summary>
    private X509Certificate2 Odd(string commonName, Action<SubjectAlternativeNameBuilder>? addNames, string[] purposes)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(commonName);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        if (purposes.Length > 0)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. purposes.Select(purpose => new Oid(purpose))], false));
        }

        if (addNames is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            addNames(names);
            request.CertificateExtensions.Add(names.Build());
        }

        using X509Certificate2 made = request.Create(
            _careless.SubjectName, X509SignatureGenerator.CreateForECDsa(_carelessKey), Now - Day, Now + Day, [1, 2, 3]);
        return made.CopyWithPrivateKey(key);
    }
}
