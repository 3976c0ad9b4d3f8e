using LoadGen.Bulk;
using LoadGen.Measuring;

namespace LoadGen.Tests;

[CancelAfter(30_000)]
public sealed class OpenLoopTests
{
    [Test]
    public async Task Requests_are_sent_though_none_is_answered_and_then_count_as_errors()
    {
        await using var client = new Client { Answers = false };
        LoadRecorder recorder = await new OpenLoop(client, new LoadPlan { RatePerSecond = 500, DrainSeconds = 0.05 }).RunAsync(0.2);
        Assert.That(client.Calls, Is.EqualTo(100));
        Assert.That(recorder.Errors, Is.EqualTo(100));
        Assert.That(recorder.Latency.PercentileNs(0), Is.GreaterThanOrEqualTo(50_000_000));
    }

    [Test]
    public async Task Latency_counts_from_when_a_request_was_due()
    {
        await using var client = new Client { StallMs = 100 };
        LoadRecorder recorder = await new OpenLoop(client, new LoadPlan { RatePerSecond = 1000 }).RunAsync(0.1);
        Assert.That(client.Calls, Is.EqualTo(100));
        Assert.That(recorder.Errors, Is.Zero);
        Assert.That(recorder.Latency.PercentileNs(0.1), Is.GreaterThan(5_000_000), "those behind the stall waited for it");
        Assert.That(recorder.Lateness.LongestNs, Is.GreaterThan(50_000_000), "and the generator says so");
    }

    [Test]
    public async Task A_reply_of_another_length_is_an_error()
    {
        await using var client = new Client();
        LoadRecorder recorder = await new OpenLoop(client, new LoadPlan { RatePerSecond = 100, ReplyBytes = 65 }).RunAsync(0.05);
        Assert.That(recorder.Errors, Is.EqualTo(5));
        Assert.That(recorder.FirstFailure, Is.EqualTo("a reply of 64 bytes"));
    }

    [Test]
    public async Task A_closed_loop_keeps_so_many_under_way()
    {
        await using var client = new Client();
        LoadRecorder recorder = await new ClosedLoop(client, new LoadPlan { RatePerSecond = 0, InFlight = 8 }).RunAsync(0.05);
        Assert.That(recorder.Latency.Count, Is.EqualTo(client.Calls));
        Assert.That(client.Calls, Is.GreaterThanOrEqualTo(8));
    }

    private sealed class Client : IPeerClient
    {
        private int _calls;

        public bool Answers { get; init; } = true;

        /// <summary>The first call holds up its caller for so long.</summary>
        public int StallMs { get; init; }

        public int Calls => Volatile.Read(ref _calls);

        public string Name => "test";

        public int BulkChannels => 0;

        public async ValueTask<int> CallAsync(ReadOnlyMemory<byte> request, Memory<byte> reply, CancellationToken cancellation)
        {
            if (Interlocked.Increment(ref _calls) == 1 && StallMs > 0)
            {
                Pacer.SleepUntil(Clock.NowNs + (StallMs * 1_000_000L));
            }

            if (!Answers)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            return 64;
        }

        public Task<IBulkChannel> OpenBulkAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<PeerCounters?> ReadCountersAsync() => Task.FromResult<PeerCounters?>(null);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
