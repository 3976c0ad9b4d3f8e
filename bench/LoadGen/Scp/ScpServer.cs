using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using LoadGen.Bulk;
using LoadGen.Measuring;
using Scp.Protocol.Session;
using Scp.Transport;

namespace LoadGen.Scp;

/// <summary>The node that load is sent to.</summary>
internal sealed class ScpServer : IPeerServer
{
    private const int CountersBytes = 3 * sizeof(long);

    private readonly ScpNode _node;
    private readonly Responder _responder = new(new BulkLedger());

    public ScpServer(ScpSettings settings, Action<string> report)
    {
        ScpHandlers handlers = new ScpHandlers()
            .OnRequest(ScpTopics.Inline, AnswerAsync, HandlerThread.Inline)
            .OnRequest(ScpTopics.Pool, AnswerAsync)
            .OnRequest(ScpTopics.Counters, TellCountersAsync)
            .OnStream(TakeBulkAsync);
        _node = ScpNode.Start(new ScpNodeOptions
        {
            Listen = settings.Address,
            Identity = settings.Keys is null ? null : ScpKeys.Load(settings.Keys, ScpKeys.Server),
            Handlers = handlers,
            UseRedundancy = settings.UsesRedundancy,
            CongestionControl = settings.CongestionControl,
            OnProblem = (problem, failure) => report(failure is null ? problem : $"{problem} {failure.Message}"),
        });
    }

    public IPEndPoint LocalEndPoint => _node.LocalEndPoint;

    public static PeerCounters ReadCounters(ReadOnlySpan<byte> reply) => reply.Length < CountersBytes ? default : new PeerCounters(
        BinaryPrimitives.ReadInt64LittleEndian(reply),
        BinaryPrimitives.ReadInt64LittleEndian(reply[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(reply[16..]));

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private ValueTask AnswerAsync(ScpRequest request)
    {
        Span<byte> scratch = stackalloc byte[Responder.ScratchBytes];
        request.Reply(_responder.Answer(request.Payload.Span, scratch));
        return ValueTask.CompletedTask;
    }

    private static async ValueTask TellCountersAsync(ScpRequest request)
    {
        SessionStatistics statistics = await request.Peer.GetStatisticsAsync().ConfigureAwait(false);
        byte[] reply = new byte[CountersBytes];
        BinaryPrimitives.WriteInt64LittleEndian(reply, statistics.BytesSent);
        BinaryPrimitives.WriteInt64LittleEndian(reply.AsSpan(8), statistics.RedundantBytesSent + statistics.UrgentBytesSent);
        BinaryPrimitives.WriteInt64LittleEndian(reply.AsSpan(16), GC.GetTotalAllocatedBytes(precise: true));
        request.Reply(reply);
    }

    private async Task TakeBulkAsync(ScpPeer peer, ScpStream stream)
    {
        var sink = new BulkSink(_responder.Ledger);
        while (true)
        {
            ReadResult read = await stream.Input.ReadAsync().ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                sink.Take(segment.Span);
            }

            stream.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        Span<byte> receipt = stackalloc byte[BulkFormat.ReceiptBytes];
        BulkFormat.WriteReceipt(receipt, sink.Receipt);
        stream.Output.Write(receipt);
        _ = await stream.Output.FlushAsync().ConfigureAwait(false);
    }
}
