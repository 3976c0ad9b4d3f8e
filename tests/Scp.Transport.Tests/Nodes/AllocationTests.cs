using Scp.Protocol.Messages;

namespace Scp.Transport.Tests.Nodes;

/// <summary>What messages cost in memory once both nodes have run for a while: nothing, on any thread of the process.</summary>
[CancelAfter(30_000)]
public sealed class AllocationTests
{
    private const uint Inline = 1;
    private const uint Pool = 2;
    private const int WarmUp = 10_000;
    private const int Measured = 20_000;

    /// <summary>What the process allocates beside: timers of the runtime, a step of tiered compilation.</summary>
    private const double SlackBytesEach = 1;

    private static ScpHandlers Handlers() => new ScpHandlers()
        .OnRequest(Inline, Echo, HandlerThread.Inline)
        .OnRequest(Pool, Echo)
        .OnMessage(Inline, _ => ValueTask.CompletedTask, HandlerThread.Inline)
        .OnMessage(Pool, message => message.Peer.SendAsync(Inline, message.Payload), HandlerThread.Inline);

    private static ValueTask Echo(ScpRequest request)
    {
        request.Reply(request.Payload.Span);
        return ValueTask.CompletedTask;
    }

    [Test]
    [Pairwise]
    public async Task A_call([Values(Inline, Pool)] uint topic, [Values] bool continuesInline, [Values] bool cancellable)
    {
        using var cancellation = new CancellationTokenSource();
        var options = new CallOptions { ContinueInline = continuesInline, Timeout = cancellable ? TimeSpan.FromSeconds(20) : null };
        CancellationToken token = cancellable ? cancellation.Token : default;
        byte[] payload = new byte[64];
        await NothingAsync(async (peer, count) =>
        {
            for (int i = 0; i < count; i++)
            {
                using ScpReply reply = await peer.CallAsync(topic, payload, options, token).ConfigureAwait(false);
                if (!reply.IsOk)
                {
                    throw new InvalidOperationException($"{reply.Outcome} {reply.Code}");
                }
            }
        });
    }

    [Test]
    public async Task A_reliable_message([Values] bool continuesInline)
    {
        var options = new CallOptions { ContinueInline = continuesInline };
        byte[] payload = new byte[64];
        await NothingAsync(async (peer, count) =>
        {
            for (int i = 0; i < count; i++)
            {
                if (await peer.SendReliableAsync(Inline, payload, options).ConfigureAwait(false) != CallOutcome.Delivered)
                {
                    throw new InvalidOperationException("not delivered");
                }
            }
        });
    }

    [Test]
    public async Task A_message_that_an_inline_handler_passes_on()
    {
        byte[] payload = new byte[64];
        await NothingAsync(async (peer, count) =>
        {
            for (int i = 0; i < count; i++)
            {
                if (await peer.SendReliableAsync(Pool, payload).ConfigureAwait(false) != CallOutcome.Delivered)
                {
                    throw new InvalidOperationException("not delivered");
                }
            }
        });
    }

    private static async Task NothingAsync(Func<ScpPeer, int, Task> work)
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers());
        await work(pair.Peer, WarmUp);
        double least = double.MaxValue;
        for (int round = 0; round < 3 && least > SlackBytesEach; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await work(pair.Peer, Measured);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Measured);
        }

        TestContext.Out.WriteLine($"{least:F3} bytes each");
        Assert.That(least, Is.LessThanOrEqualTo(SlackBytesEach), "bytes allocated each");
    }
}
