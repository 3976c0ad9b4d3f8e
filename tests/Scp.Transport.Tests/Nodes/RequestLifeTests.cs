using Scp.Protocol;
using Scp.Protocol.Messages;

namespace Scp.Transport.Tests.Nodes;

/// <summary>A request serves again when its handler has ended: nothing of one life may reach into the next.</summary>
[CancelAfter(30_000)]
public sealed class RequestLifeTests
{
    private const uint Pong = 1;
    private const uint Work = 2;

    [Test]
    public async Task A_handler_that_ends_as_its_caller_withdraws_harms_nobody()
    {
        ScpHandlers handlers = new ScpHandlers().OnRequest(Work, async request =>
        {
            // Ends at once when told to, on the thread that tells: as near to the withdrawal as can be.
            var told = new TaskCompletionSource();
            await using CancellationTokenRegistration registration = request.Cancellation.Register(told.SetResult);
            await Task.WhenAny(told.Task, Task.Delay(request.Payload.Span[0]));
        });
        await using NodePair pair = await NodePair.StartAsync(handlers);
        byte[] payload = new byte[1];
        await Parallel.ForEachAsync(Enumerable.Range(0, 4000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(i % 4));
            using ScpReply reply = await pair.Peer.CallAsync(Work, new[] { (byte)(i % 4) }, default, cancellation.Token);
            Assert.That(reply.IsOk || reply.Code == ErrorCode.Cancelled, $"{reply.Outcome} {reply.Code}");
        });
        using ScpReply last = await pair.Peer.CallAsync(Work, payload);
        Assert.That(last.IsOk);
    }

    [Test]
    public async Task An_answer_under_way_to_the_engine_stays_with_its_own_request()
    {
        ScpHandlers handlers = new ScpHandlers()
            .OnRequest(Pong, _ => ValueTask.CompletedTask, HandlerThread.Inline)
            .OnRequest(Work, async request =>
            {
                byte[] payload = request.Payload.ToArray();
                using ScpReply reply = await request.Peer.CallAsync(Pong, default, new CallOptions { ContinueInline = true });

                // On the engine's thread now, and the handler ends here; its answer comes from another thread.
                var answering = new Thread(() => request.Reply(payload));
                answering.Start();
                answering.Join();
            });
        var clientHandlers = new ScpHandlers().OnRequest(Pong, _ => ValueTask.CompletedTask);
        await using ScpNode server = ScpNode.Start(NodePair.ServerOptions(handlers));
        await using ScpNode client = ScpNode.Start(NodePair.ClientOptions() with { Handlers = clientHandlers });
        ScpPeer peer = await client.ConnectAsync("server", server.LocalEndPoint);
        await Parallel.ForEachAsync(Enumerable.Range(0, 3000), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, cancellation) =>
        {
            using ScpReply reply = await peer.CallAsync(Work, BitConverter.GetBytes(i), default, cancellation);
            Assert.That(reply.IsOk, $"{reply.Outcome} {reply.Code}");
            Assert.That(reply.Payload.Span.SequenceEqual(BitConverter.GetBytes(i)), "an answer of another request");
        });
    }

    [TestCase(-0.001, Description = "Timeout.InfiniteTimeSpan")]
    [TestCase(60.0 * 86_400)]
    [TestCase(1e9)]
    [TestCase(9e11)]
    public async Task A_very_long_timeout_is_no_short_one_on_either_side(double seconds)
    {
        ScpHandlers handlers = new ScpHandlers().OnRequest(Work, async request =>
        {
            Assert.That(request.Cancellation.IsCancellationRequested, Is.False);
            await Task.Yield();
            request.Reply(request.Payload.Span);
        });
        await using NodePair pair = await NodePair.StartAsync(handlers);
        var options = new CallOptions { Timeout = TimeSpan.FromSeconds(seconds) };
        using ScpReply reply = await pair.Peer.CallAsync(Work, new byte[1], options);
        Assert.That((reply.Outcome, reply.Status), Is.EqualTo((CallOutcome.Replied, ReplyStatus.Ok)), reply.Code.ToString());
    }
}
