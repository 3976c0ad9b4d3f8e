using System.Diagnostics;
using System.Security.Cryptography;
using Scp.Protocol;
using Scp.Protocol.Messages;

namespace Scp.Transport.Tests.Nodes;

[CancelAfter(30_000)]
public sealed class CallTests
{
    private const uint Echo = 1;
    private const uint EchoInline = 2;
    private const uint Throwing = 3;
    private const uint Slow = 4;

    private static ScpHandlers Handlers() => new ScpHandlers()
        .OnRequest(Echo, EchoAsync)
        .OnRequest(EchoInline, EchoAsync, HandlerThread.Inline)
        .OnRequest(Throwing, _ => throw new InvalidOperationException("on purpose"))
        .OnRequest(Slow, async request => await Task.Delay(Timeout.Infinite, request.Cancellation));

    private static ValueTask EchoAsync(ScpRequest request)
    {
        request.Reply(request.Payload.Span);
        return ValueTask.CompletedTask;
    }

    [Test]
    public void Options_that_nobody_sets_are_those_of_a_request()
    {
        Assert.That(default(CallOptions).Priority, Is.EqualTo(Priority.Request));
        Assert.That((default(CallOptions) with { Priority = Priority.Control }).Priority, Is.EqualTo(Priority.Control));
    }

    [Test]
    public async Task A_reply_brings_back_what_was_sent([Values(0, 1, 1000, 9000, 100_000, 3_000_000)] int bytes, [Values] bool inline)
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers());
        byte[] payload = RandomNumberGenerator.GetBytes(bytes);
        for (int i = 0; i < 3; i++)
        {
            using ScpReply reply = await pair.Peer.CallAsync(inline ? EchoInline : Echo, payload);
            Assert.That(reply.IsOk, $"{reply.Outcome} {reply.Code}");
            Assert.That(reply.Payload.Span.SequenceEqual(payload));
        }
    }

    [Test]
    public async Task Plain_mode_works_on_loopback([Values(10, 100_000)] int bytes)
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers(), options => options with { Identity = null });
        byte[] payload = RandomNumberGenerator.GetBytes(bytes);
        using ScpReply reply = await pair.Peer.CallAsync(Echo, payload);
        Assert.That(reply.EnsureOk().Payload.Span.SequenceEqual(payload));
    }

    [Test]
    public async Task Many_callers_at_once_get_each_their_own()
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers());
        await Parallel.ForEachAsync(Enumerable.Range(0, 20_000), new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (i, cancellation) =>
        {
            byte[] payload = BitConverter.GetBytes(i);
            using ScpReply reply = await pair.Peer.CallAsync(i % 2 == 0 ? Echo : EchoInline, payload, default, cancellation);
            Assert.That(reply.EnsureOk().Payload.Span.SequenceEqual(payload));
        });
    }

    [Test]
    public async Task More_callers_than_may_be_under_way_wait_and_all_come_through()
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers());
        byte[] payload = new byte[3000];
        Task<ScpReply>[] calls = [.. Enumerable.Range(0, 3 * TransportLimits.MaxOperations).Select(_ => pair.Peer.CallAsync(Echo, payload).AsTask())];
        foreach (ScpReply reply in await Task.WhenAll(calls))
        {
            Assert.That(reply.IsOk, $"{reply.Outcome} {reply.Code}");
            reply.Dispose();
        }
    }

    [Test]
    public async Task A_topic_without_handler_certainly_did_not_run()
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers());
        using ScpReply reply = await pair.Peer.CallAsync(77, default);
        Assert.That((reply.Outcome, reply.Code), Is.EqualTo((CallOutcome.NotRun, ErrorCode.NoHandler)));
        Assert.That(() => reply.EnsureOk(), Throws.InstanceOf<ScpCallException>());
    }

    [Test]
    public async Task A_handler_that_throws_has_failed_and_the_next_call_goes_on()
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers());
        using (ScpReply reply = await pair.Peer.CallAsync(Throwing, default))
        {
            Assert.That((reply.Outcome, reply.Status), Is.EqualTo((CallOutcome.Replied, ReplyStatus.Failed)));
        }

        using ScpReply next = await pair.Peer.CallAsync(Echo, default);
        Assert.That(next.IsOk);
    }

    [Test]
    public async Task A_cancellation_ends_the_call_and_reaches_the_handler()
    {
        var reached = new TaskCompletionSource();
        ScpHandlers handlers = Handlers().OnRequest(9, async request =>
        {
            await using CancellationTokenRegistration registration = request.Cancellation.Register(reached.SetResult);
            await reached.Task;
        });
        await using NodePair pair = await NodePair.StartAsync(handlers);
        using var cancellation = new CancellationTokenSource(100);
        using ScpReply reply = await pair.Peer.CallAsync(9, default, default, cancellation.Token);
        Assert.That((reply.Outcome, reply.Code), Is.EqualTo((CallOutcome.Unknown, ErrorCode.Cancelled)));
        await reached.Task;
    }

    [Test]
    public async Task A_deadline_ends_the_call_and_travels_to_the_handler()
    {
        TimeSpan? left = null;
        ScpHandlers handlers = Handlers().OnRequest(9, async request =>
        {
            left = request.TimeLeft;
            await Task.Delay(Timeout.Infinite, request.Cancellation);
        });
        await using NodePair pair = await NodePair.StartAsync(handlers);
        long startedAt = Stopwatch.GetTimestamp();
        using ScpReply reply = await pair.Peer.CallAsync(9, default, new CallOptions { Timeout = TimeSpan.FromMilliseconds(300) });
        using (Assert.EnterMultipleScope())
        {
            Assert.That((reply.Outcome, reply.Code), Is.EqualTo((CallOutcome.Unknown, ErrorCode.DeadlineExceeded)));
            Assert.That(Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds, Is.InRange(299, 3000));
            Assert.That(left!.Value.TotalMilliseconds, Is.InRange(1, 300));
        }
    }

    [Test]
    public async Task The_end_of_a_session_ends_its_calls()
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers());
        ValueTask<ScpReply> open = pair.Peer.CallAsync(Slow, default);
        using (await pair.Peer.CallAsync(Echo, default))
        {
        }

        await pair.Server.StopAsync(TimeSpan.Zero);
        using ScpReply reply = await open;
        Assert.That(reply.Outcome, Is.EqualTo(CallOutcome.Unknown));
        Assert.That(await pair.Peer.Closed, Is.EqualTo(ErrorCode.Draining));
        using ScpReply late = await pair.Peer.CallAsync(Echo, default);
        Assert.That(late.Outcome, Is.EqualTo(CallOutcome.NotRun));
    }
}
