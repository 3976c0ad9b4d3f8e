using Scp.Protocol.Crypto;
using Scp.Protocol.Session;
using Scp.Transport.Crypto;

namespace Scp.Transport.Tests.Crypto;

/// <summary>Two ends of a session understand each other whichever of the two implementations each of them uses.</summary>
[TestFixture]
internal sealed class EvpPacketTests
{
    [TestCase(true, true)]
    [TestCase(true, false)]
    [TestCase(false, true)]
    public void EndsWithEitherImplementationUnderstandEachOther(bool clientUsesEvp, bool serverUsesEvp)
    {
        var pair = new EndpointPair(Options(clientUsesEvp), Options(serverUsesEvp));
        pair.Run(turns: 200);

        foreach (ScpSession session in (ScpSession[])[pair.Client, pair.Server])
        {
            SessionStatistics statistics = session.GetStatistics(pair.NowNs);
            Assert.That(session.IsUp && statistics.DatagramsOpen);
            Assert.That(statistics.DatagramsDropped, Is.Zero);
        }
    }

    private static EndpointOptions Options(bool usesEvp) =>
        new() { Protection = usesEvp ? PacketProtectionFactory.Sealed<EvpAesGcm>() : PacketProtectionFactory.AesGcm };
}
