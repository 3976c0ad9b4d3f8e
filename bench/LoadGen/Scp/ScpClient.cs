using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LoadGen.Bulk;
using LoadGen.Measuring;
using Scp.Protocol.Session;
using Scp.Transport;

namespace LoadGen.Scp;

/// <summary>A session with the server, as the drivers see it.</summary>
internal sealed class ScpClient : IPeerClient
{
    private readonly ScpNode _node;
    private readonly ScpPeer _peer;
    private readonly ScpSettings _settings;
    private readonly CallOptions _options;

    private ScpClient(ScpNode node, ScpPeer peer, ScpSettings settings)
    {
        _node = node;
        _peer = peer;
        _settings = settings;
        _options = new CallOptions { IsUrgent = settings.IsUrgent, ContinueInline = !settings.UsesPool };
        Name = (settings.IsUrgent, settings.Keys is null) switch
        {
            (false, false) => "scp",
            (true, false) => "scp urgent",
            (false, true) => "scp plain",
            (true, true) => "scp plain urgent",
        };
    }

    public string Name { get; }

    public int BulkChannels => 1;

    public static async Task<ScpClient> ConnectAsync(ScpSettings settings, Action<string> report)
    {
        ScpNode node = ScpNode.Start(new ScpNodeOptions
        {
            Listen = new IPEndPoint(LocalAddressFor(settings), 0),
            Identity = settings.Keys is null ? null : ScpKeys.Load(settings.Keys, ScpKeys.Client),
            AcceptsSessions = false,
            Lanes = settings.Lanes,
            UseRedundancy = settings.UsesRedundancy,
            CongestionControl = settings.CongestionControl,
            OnProblem = (problem, failure) => report(failure is null ? problem : $"{problem} {failure.Message}"),
        });
        try
        {
            return new ScpClient(node, await node.ConnectAsync(ScpKeys.Server, settings.Address).ConfigureAwait(false), settings);
        }
        catch
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> CallAsync(ReadOnlyMemory<byte> request, Memory<byte> reply, CancellationToken cancellation)
    {
        using ScpReply answer = await _peer.CallAsync(_settings.UsesPool ? ScpTopics.Pool : ScpTopics.Inline, request, _options, cancellation).ConfigureAwait(false);
        if (!answer.IsOk)
        {
            return -1;
        }

        answer.Payload[..Math.Min(reply.Length, answer.Payload.Length)].CopyTo(reply);
        return answer.Payload.Length;
    }

    public async Task<IBulkChannel> OpenBulkAsync(CancellationToken cancellation) =>
        new ScpBulkChannel(await _peer.OpenStreamAsync(cancellation: cancellation).ConfigureAwait(false));

    public async Task<PeerCounters?> ReadCountersAsync()
    {
        SessionStatistics own = await _peer.GetStatisticsAsync().ConfigureAwait(false);
        using ScpReply reply = await _peer.CallAsync(ScpTopics.Counters, default).ConfigureAwait(false);
        PeerCounters server = ScpServer.ReadCounters(reply.Payload.Span);
        return new PeerCounters(
            own.BytesSent + server.BytesSent,
            own.RedundantBytesSent + own.UrgentBytesSent + server.RedundantBytesSent,
            server.ServerAllocatedBytes);
    }

    public async ValueTask DisposeAsync()
    {
        await _peer.CloseAsync().ConfigureAwait(false);
        await _node.DisposeAsync().ConfigureAwait(false);
    }

    private static IPAddress LocalAddressFor(ScpSettings settings)
    {
        IPAddress target = settings.Address.Address;
        bool isIPv6 = target.AddressFamily == AddressFamily.InterNetworkV6;
        if (settings.Keys is null)
        {
            // Plain mode listens on loopback alone; if the target is elsewhere, dialling it says so.
            return isIPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        }

        return IPAddress.IsLoopback(target) ? target : isIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
    }
}
