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
        var clientPath = new PathId(1);
        var serverPath = new PathId(2);
        var client = new ScpEndpoint(Options(clientUsesEvp), new CountedEntropy(1));
        var server = new ScpEndpoint(Options(serverUsesEvp), new CountedEntropy(2));
        long nowNs = 1_000_000_000;
        ScpSession dialled = client.Connect("server", serverPath, nowNs);
        LaneId clientLane = client.OpenLane(dialled, nowNs);
        LaneId serverLane = server.AcceptLane("client", nowNs);
        ScpSession? accepted = null;
        var buffer = new byte[256 * 1024];

        void Turn(ScpEndpoint from, LaneId lane, ScpEndpoint to, LaneId peerLane, ScpSession? session, PathId path)
        {
            int bytes = from.PollLane(lane, buffer, nowNs);
            _ = to.HandleLane(peerLane, buffer.AsSpan(0, bytes).ToArray(), nowNs);
            while (session is not null && session.PollEvent(nowNs, out _))
            {
            }

            while (session is not null && session.PollTransmit(buffer, nowNs, out Transmit transmit))
            {
                _ = to.HandleDatagram(path, buffer.AsSpan(0, transmit.Length).ToArray(), nowNs);
            }
        }

        for (int turns = 0; turns < 200; turns++)
        {
            Turn(client, clientLane, server, serverLane, dialled, clientPath);
            accepted ??= server.TryTakeAccepted(out ScpSession? session) ? session : null;
            Turn(server, serverLane, client, clientLane, accepted, serverPath);
            nowNs += 10_000_000;
            dialled.HandleTimeout(nowNs);
            accepted?.HandleTimeout(nowNs);
        }

        Assert.That(dialled.IsUp && accepted!.IsUp);
        Assert.That(dialled.GetStatistics(nowNs).DatagramsOpen && accepted!.GetStatistics(nowNs).DatagramsOpen);
        Assert.That(dialled.GetStatistics(nowNs).DatagramsDropped + accepted!.GetStatistics(nowNs).DatagramsDropped, Is.Zero);
    }

    private static EndpointOptions Options(bool usesEvp) =>
        new() { Protection = usesEvp ? PacketProtectionFactory.Sealed<EvpAesGcm>() : PacketProtectionFactory.AesGcm };

    private sealed class CountedEntropy(int seed) : IEntropySource
    {
        private readonly Random _random = new(seed);

        public void Fill(Span<byte> destination) => _random.NextBytes(destination);
    }
}
