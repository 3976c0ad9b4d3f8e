namespace Scp.Transport.Tests.Nodes;

/// <summary>An operation serves many calls, one after the other: nothing of one life may reach into the next.</summary>
[CancelAfter(30_000)]
public sealed class OperationLifeTests
{
    private const uint Echo = 1;
    private const uint Slow = 2;

    private static ScpHandlers Handlers() => new ScpHandlers()
        .OnRequest(Echo, request =>
        {
            request.Reply(request.Payload.Span);
            return ValueTask.CompletedTask;
        })
        .OnRequest(Slow, async request => await Task.Delay(Timeout.Infinite, request.Cancellation));

    [Test]
    public async Task Replies_that_nobody_disposes_are_left_to_the_collector_though_the_token_lives_on()
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers());
        using var lasting = new CancellationTokenSource();
        byte[] payload = new byte[8000];
        await CallAsync(500);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await CallAsync(2000);
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(4_000_000));

        async Task CallAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Assert.That((await pair.Peer.CallAsync(Echo, payload, default, lasting.Token)).IsOk);
                _ = pair.Peer.CallAsync(Echo, payload, default, lasting.Token).AsTask();
            }
        }
    }

    [Test]
    public async Task A_reply_disposed_by_two_at_once_is_returned_once([Values(1, 2)] int seed)
    {
        var random = new Random(seed);
        await using NodePair pair = await NodePair.StartAsync(Handlers());
        for (int i = 0; i < 600; i++)
        {
            ScpReply reply = await pair.Peer.CallAsync(Echo, BitConverter.GetBytes(i));
            using var barrier = new Barrier(2);
            int spins = random.Next(50);
            Task other = Task.Run(() =>
            {
                barrier.SignalAndWait();
                reply.Dispose();
            });
            barrier.SignalAndWait();
            Thread.SpinWait(spins);
            reply.Dispose();
            await other;
            Assert.That(() => reply.Payload, Throws.InstanceOf<ObjectDisposedException>());

            // Two calls at once: were the operation to be had twice, they would share it.
            ValueTask<ScpReply> first = pair.Peer.CallAsync(Echo, BitConverter.GetBytes(-i));
            ValueTask<ScpReply> second = pair.Peer.CallAsync(Echo, BitConverter.GetBytes(i));
            using ScpReply one = await first;
            using ScpReply two = await second;
            Assert.That((BitConverter.ToInt32(one.Payload.Span), BitConverter.ToInt32(two.Payload.Span)), Is.EqualTo((-i, i)));
        }
    }

    [Test]
    public async Task A_cancellation_that_comes_late_cancels_nobody_else([Values(1, 2, 3)] int seed)
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers());
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), async (worker, _) =>
        {
            var random = new Random((100 * seed) + worker);
            for (int i = 0; i < 600; i++)
            {
                using var cancellation = new CancellationTokenSource();
                bool isWatched = i % 2 == 0;
                ValueTask<ScpReply> call = pair.Peer.CallAsync(Echo, BitConverter.GetBytes(i), default, isWatched ? cancellation.Token : default);
                Task cancelling = Task.CompletedTask;
                if (isWatched)
                {
                    Thread.SpinWait(random.Next(20_000));
                    cancelling = Task.Run(cancellation.Cancel, CancellationToken.None);
                }

                using (ScpReply reply = await call)
                {
                    Assert.That(isWatched || reply.IsOk, $"{reply.Outcome} {reply.Code} for a call that nobody cancelled");
                    Assert.That(!reply.IsOk || BitConverter.ToInt32(reply.Payload.Span) == i);
                }

                await cancelling;
            }
        });
    }

    [Test]
    public async Task Streams_that_nobody_waits_for_any_more_leave_the_line()
    {
        int unobserved = 0;
        void Count(object? sender, UnobservedTaskExceptionEventArgs e) => Interlocked.Increment(ref unobserved);
        TaskScheduler.UnobservedTaskException += Count;
        try
        {
            await using NodePair pair = await NodePair.StartAsync(Handlers().OnStream(async (_, stream) => await Task.WhenAny(stream.Sent)));
            var open = new List<ScpStream>();
            while (true)
            {
                using var soon = new CancellationTokenSource(500);
                try
                {
                    open.Add(await pair.Peer.OpenStreamAsync(cancellation: soon.Token));
                }
                catch (OperationCanceledException)
                {
                    break;
                }
            }

            await GiveUpAsync(pair.Peer);

            // The next one that ends makes room for the next one that is still wanted.
            Task<ScpStream> wanted = pair.Peer.OpenStreamAsync();
            open[0].Abort();
            await (await wanted.WaitAsync(TimeSpan.FromSeconds(5))).DisposeAsync();
            open.Add(await pair.Peer.OpenStreamAsync());
            await GiveUpAsync(pair.Peer);
            await pair.Server.DisposeAsync();
            await pair.Peer.Closed;
        }
        finally
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            TaskScheduler.UnobservedTaskException -= Count;
        }

        Assert.That(unobserved, Is.Zero);

        static async Task GiveUpAsync(ScpPeer peer)
        {
            using var cancellation = new CancellationTokenSource();
            Task[] waiting = [.. Enumerable.Range(0, 50).Select(_ => peer.OpenStreamAsync(cancellation: cancellation.Token))];
            await cancellation.CancelAsync();
            Assert.That(async () => await Task.WhenAll(waiting), Throws.InstanceOf<OperationCanceledException>());
        }
    }
}
