using LoadGen.Bulk;
using LoadGen.Measuring;

namespace LoadGen.Tests;

[CancelAfter(30_000)]
public sealed class BulkTests
{
    [Test]
    public async Task All_bytes_arrive_over_all_channels_and_sum_up([Values(1, 255, 256, 257, 1_000_000)] long bytes, [Values(1, 3)] int channels)
    {
        await using var client = new Client(channels);
        BulkResult result = await new BulkSender(client, new BulkPlan { Bytes = bytes, BlockBytes = 256 }).RunAsync(default);
        Assert.That((result.Bytes, result.IsComplete), Is.EqualTo((bytes, true)));
    }

    [Test]
    public async Task A_flipped_bit_or_a_lost_byte_is_noticed([Values] bool loses)
    {
        await using var client = new Client(1) { Flips = !loses, Loses = loses };
        Assert.That(() => new BulkSender(client, new BulkPlan { Bytes = 10_000, BlockBytes = 256 }).RunAsync(default), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public async Task When_time_is_over_what_has_arrived_counts()
    {
        await using var client = new Client(2) { StallsAt = 5_000 };
        BulkResult result = await new BulkSender(client, new BulkPlan { Bytes = 1_000_000, BlockBytes = 1_000, MaxSeconds = 0.1 }).RunAsync(default);
        Assert.That(result.IsComplete, Is.False);
        Assert.That(result.Bytes, Is.EqualTo(10_000));
    }

    [Test]
    public void A_sink_takes_its_header_in_any_pieces([Range(1, 12)] int pieceBytes)
    {
        byte[] sent = new byte[BulkFormat.HeaderBytes + 40];
        BulkFormat.WriteHeader(sent, transfer: 77, wantsSum: true);
        Random.Shared.NextBytes(sent.AsSpan(BulkFormat.HeaderBytes));
        var ledger = new BulkLedger();
        var sink = new BulkSink(ledger);
        foreach (byte[] piece in sent.Chunk(pieceBytes))
        {
            sink.Take(piece);
        }

        Assert.That(sink.Receipt, Is.EqualTo(new BulkReceipt(40, BulkFormat.Sum(0, sent.AsSpan(BulkFormat.HeaderBytes)))));
        Assert.That(ledger.BytesOf(77), Is.EqualTo(40));
    }

    private sealed class Client(int channels) : IPeerClient
    {
        private readonly Responder _responder = new(new BulkLedger());

        public bool Flips { get; init; }

        public bool Loses { get; init; }

        /// <summary>Each channel takes no more after so many bytes.</summary>
        public long StallsAt { get; init; } = long.MaxValue;

        public string Name => "test";

        public int BulkChannels => channels;

        public ValueTask<int> CallAsync(ReadOnlyMemory<byte> request, Memory<byte> reply, CancellationToken cancellation)
        {
            Span<byte> scratch = stackalloc byte[Responder.ScratchBytes];
            ReadOnlySpan<byte> answer = _responder.Answer(request.Span, scratch);
            answer[..Math.Min(answer.Length, reply.Length)].CopyTo(reply.Span);
            return new ValueTask<int>(answer.Length);
        }

        public Task<IBulkChannel> OpenBulkAsync(CancellationToken cancellation) => Task.FromResult<IBulkChannel>(new Channel(this, new BulkSink(_responder.Ledger)));

        public Task<PeerCounters?> ReadCountersAsync() => Task.FromResult<PeerCounters?>(null);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private sealed class Channel(Client client, BulkSink sink) : IBulkChannel
        {
            public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
            {
                if (sink.Receipt.Bytes >= client.StallsAt)
                {
                    await Task.Delay(Timeout.Infinite, cancellation);
                }

                byte[] copy = bytes.ToArray();
                bool isBody = copy.Length > BulkFormat.HeaderBytes;
                copy[^1] ^= isBody && client.Flips ? (byte)1 : (byte)0;
                sink.Take(isBody && client.Loses ? copy[1..] : copy);
            }

            public Task<BulkReceipt> FinishAsync(CancellationToken cancellation) => Task.FromResult(sink.Receipt);

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
