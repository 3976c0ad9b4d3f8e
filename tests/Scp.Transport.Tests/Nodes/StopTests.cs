using System.Diagnostics;
using System.Net.Sockets;
using Scp.Protocol;
using Scp.Protocol.Messages;

namespace Scp.Transport.Tests.Nodes;

/// <summary>A node stops whatever its handlers and peers do, and whoever asks for it.</summary>
[CancelAfter(30_000)]
public sealed class StopTests
{
    private const uint Echo = 1;
    private const uint Stuck = 2;
    private const uint Stop = 3;
    private const uint CallBack = 4;

    private ScpNode? _stopping;

    private ScpHandlers Handlers(Task until) => new ScpHandlers()
        .OnRequest(Echo, _ => ValueTask.CompletedTask)
        .OnMessage(Stuck, async _ => await until)
        .OnRequest(Stuck, async _ => await until)
        .OnRequest(Stop, async _ => await _stopping!.DisposeAsync())
        .OnRequest(Stop + 100, async _ => await _stopping!.DisposeAsync(), HandlerThread.Inline)
        .OnStream(async (_, _) => await until);

    [Test]
    public async Task Handlers_of_messages_that_never_end_do_not_keep_a_node_from_stopping()
    {
        var never = new TaskCompletionSource();
        await using NodePair pair = await NodePair.StartAsync(Handlers(never.Task));
        for (int i = 0; i < TransportLimits.MaxMessagesUnderWay + 500; i++)
        {
            await pair.Peer.SendReliableAsync(Stuck, default);
        }

        await pair.Server.StopAsync(TimeSpan.Zero).WaitAsync(TimeSpan.FromSeconds(8));
        Assert.That(await pair.Peer.Closed.WaitAsync(TimeSpan.FromSeconds(1)), Is.EqualTo(ErrorCode.Draining));
        never.SetResult();
    }

    [Test]
    public async Task Handlers_of_messages_may_all_wait_for_their_sender()
    {
        const int Messages = TransportLimits.MaxMessagesUnderWay + 500;
        int handled = 0;
        var all = new TaskCompletionSource();
        var begin = new TaskCompletionSource();
        ScpHandlers handlers = new ScpHandlers().OnMessage(CallBack, async message =>
        {
            await begin.Task;
            using ScpReply reply = await message.Peer.CallAsync(Echo, default);
            if (reply.IsOk && Interlocked.Increment(ref handled) == Messages)
            {
                all.SetResult();
            }
        });
        await using ScpNode server = ScpNode.Start(NodePair.ServerOptions(handlers));
        await using ScpNode client = ScpNode.Start(NodePair.ClientOptions() with { Handlers = Handlers(Task.CompletedTask) });
        ScpPeer peer = await client.ConnectAsync("server", server.LocalEndPoint);
        for (int i = 0; i < Messages; i++)
        {
            Assert.That(await peer.SendReliableAsync(CallBack, default), Is.EqualTo(CallOutcome.Delivered));
        }

        begin.SetResult();
        await all.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task Whoever_stops_a_node_that_is_stopping_waits_for_the_same_end()
    {
        var until = new TaskCompletionSource();
        await using NodePair pair = await NodePair.StartAsync(Handlers(until.Task));
        ValueTask<ScpReply> open = pair.Peer.CallAsync(Stuck, default);
        using (await pair.Peer.CallAsync(Echo, default))
        {
        }

        Task first = pair.Server.StopAsync(TimeSpan.FromSeconds(20));
        Task second = pair.Server.StopAsync(TimeSpan.FromSeconds(20));
        await Task.WhenAny(second, Task.Delay(200));
        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((false, false)));
        until.SetResult();
        await Task.WhenAll(first, second);
        using ScpReply reply = await open;
        Assert.That(reply.IsOk);
    }

    [Test]
    public async Task What_handlers_answer_within_the_grace_arrives([Values(0, 100, 3_000_000)] int bytes)
    {
        byte[] answer = new byte[bytes];
        for (int i = 0; i < 8; i++)
        {
            var until = new TaskCompletionSource();
            await using NodePair pair = await NodePair.StartAsync(new ScpHandlers().OnRequest(Echo, async request =>
            {
                until.SetResult();
                await Task.Delay(20);
                request.Reply(answer);
            }));
            ValueTask<ScpReply> open = pair.Peer.CallAsync(Echo, default);
            await until.Task;
            await pair.Server.StopAsync(TimeSpan.FromSeconds(20));
            using ScpReply reply = await open;
            Assert.That(reply.IsOk, $"{reply.Outcome} {reply.Code}");
            Assert.That(reply.Payload.Length, Is.EqualTo(bytes));
        }
    }

    [Test]
    public async Task What_handlers_write_to_streams_within_the_grace_arrives()
    {
        const int Bytes = 4_000_000;
        var begun = new TaskCompletionSource();
        await using NodePair pair = await NodePair.StartAsync(new ScpHandlers().OnStream(async (_, stream) =>
        {
            begun.SetResult();
            await stream.Output.WriteAsync(new byte[Bytes]);
        }));
        ScpStream stream = await pair.Peer.OpenStreamAsync();
        await stream.Output.CompleteAsync();
        await begun.Task;
        Task stop = pair.Server.StopAsync(TimeSpan.FromSeconds(20));
        var all = new MemoryStream();
        await stream.Input.CopyToAsync(all);
        Assert.That(all.Length, Is.EqualTo(Bytes));
        await stream.Input.CompleteAsync();
        await stop;
    }

    [Test]
    public async Task Disposing_a_node_that_is_stopping_ends_its_grace([Values] bool infinite)
    {
        var never = new TaskCompletionSource();
        await using NodePair pair = await NodePair.StartAsync(Handlers(never.Task));
        ValueTask<ScpReply> open = pair.Peer.CallAsync(Stuck, default);
        using (await pair.Peer.CallAsync(Echo, default))
        {
        }

        Task stop = pair.Server.StopAsync(infinite ? Timeout.InfiniteTimeSpan : TimeSpan.FromDays(1000));
        await Task.WhenAny(stop, Task.Delay(200));
        Assert.That(stop.IsCompleted, Is.False);
        await pair.Server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(8));
        await stop;
        (await open).Dispose();
        never.SetResult();
    }

    [Test]
    public async Task The_grace_is_for_handlers_of_messages_and_streams_too([Values] bool isStream)
    {
        var until = new TaskCompletionSource();
        await using NodePair pair = await NodePair.StartAsync(Handlers(until.Task));
        if (isStream)
        {
            ScpStream stream = await pair.Peer.OpenStreamAsync();
            await stream.Output.WriteAsync(new byte[1]);
        }
        else
        {
            await pair.Peer.SendReliableAsync(Stuck, default);
        }

        using (await pair.Peer.CallAsync(Echo, default))
        {
        }

        Task stop = pair.Server.StopAsync(TimeSpan.FromSeconds(20));
        await Task.WhenAny(stop, Task.Delay(200));
        Assert.That(stop.IsCompleted, Is.False);
        until.SetResult();
        await stop.WaitAsync(TimeSpan.FromSeconds(8));
    }

    [Test]
    public async Task The_grace_ends_on_time_though_nothing_happens()
    {
        var grace = TimeSpan.FromMilliseconds(300);
        var never = new TaskCompletionSource();
        await using NodePair pair = await NodePair.StartAsync(Handlers(never.Task));
        await pair.Peer.SendReliableAsync(Stuck, default);
        long startedAt = Stopwatch.GetTimestamp();
        await pair.Server.StopAsync(grace);
        Assert.That(Stopwatch.GetElapsedTime(startedAt), Is.GreaterThanOrEqualTo(grace).And.LessThan(TimeSpan.FromSeconds(6)));
        never.SetResult();
    }

    [Test]
    public async Task A_handler_may_dispose_its_own_node([Values] bool inline)
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers(Task.CompletedTask));
        _stopping = pair.Server;
        using ScpReply reply = await pair.Peer.CallAsync(inline ? Stop + 100 : Stop, default);
        Assert.That(reply.Outcome, Is.EqualTo(CallOutcome.Unknown));
    }

    [Test]
    public async Task An_inline_continuation_may_dispose_its_own_node()
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers(Task.CompletedTask));
        (await pair.Peer.CallAsync(Echo, default, new CallOptions { ContinueInline = true }).ConfigureAwait(false)).Dispose();
        await pair.Client.DisposeAsync();
        using ScpReply late = await pair.Peer.CallAsync(Echo, default);
        Assert.That(late.Outcome, Is.EqualTo(CallOutcome.NotRun));
    }

    [Test]
    public async Task Whatever_is_asked_of_a_session_after_its_node_ended_is_answered()
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers(Task.CompletedTask));
        ScpStream stream = await pair.Peer.OpenStreamAsync();
        await pair.Client.DisposeAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            using var cancellation = new CancellationTokenSource();
            ValueTask<ScpReply> call = pair.Peer.CallAsync(Echo, default, new CallOptions { ContinueInline = i % 2 == 0 }, cancellation.Token);
            await cancellation.CancelAsync();
            using ScpReply reply = await call;
            Assert.That(reply.Outcome, Is.EqualTo(CallOutcome.NotRun));
            Assert.That(await pair.Peer.SendReliableAsync(Echo, default, default, CancellationToken.None), Is.EqualTo(CallOutcome.NotRun));
            Assert.That(async () => await pair.Peer.SendAsync(Echo, default, default, CancellationToken.None), Throws.InstanceOf<ScpCallException>());
        });
        Assert.That(async () => await pair.Peer.OpenStreamAsync(), Throws.InstanceOf<ScpStreamException>());
        Assert.That(async () => await stream.Sent, Throws.InstanceOf<ScpStreamException>());
        Assert.That((await pair.Peer.GetStatisticsAsync()).Lanes, Is.Zero);
        await pair.Peer.CloseAsync();
        Assert.That(async () => await pair.Client.ConnectAsync("server", pair.Server.LocalEndPoint), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Calls_made_while_the_node_stops_all_end([Values(1, 2, 3, 4, 5)] int seed)
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers(Task.CompletedTask));
        int ended = 0;
        Task[] callers = [.. Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < 500; i++)
            {
                using ScpReply reply = await pair.Peer.CallAsync(Echo, default, new CallOptions { ContinueInline = (i + caller) % 3 == 0 });
                await Task.Yield();
                Interlocked.Increment(ref ended);
            }
        }))];
        await Task.Delay(new Random(seed).Next(40));
        await (seed % 2 == 0 ? pair.Client : pair.Server).DisposeAsync();
        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(ended, Is.EqualTo(4000));
    }

    [Test]
    public async Task A_connection_that_says_nothing_does_not_keep_a_node_from_stopping()
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers(Task.CompletedTask), options => options with { Identity = null });
        using var silent = new TcpClient();
        await silent.ConnectAsync(pair.Server.LocalEndPoint);
        await Task.Delay(50);
        long startedAt = Stopwatch.GetTimestamp();
        await pair.Server.DisposeAsync();
        Assert.That(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, Is.LessThan(5));
        Assert.That(await silent.GetStream().ReadAsync(new byte[1]), Is.Zero);
    }
}
