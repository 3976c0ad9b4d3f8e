using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;

namespace Scp.Transport.Tests.Nodes;

/// <summary>
/// Everything at once, from many threads, while the network makes trouble: each call ends exactly once with its own answer,
/// and when all have ended nothing of them is left.
/// </summary>
[CancelAfter(60_000)]
public sealed class StressTests
{
    private const uint Echo = 1;
    private const uint EchoInline = 2;
    private const uint Slow = 3;
    private const uint Note = 4;
    private const int Workers = 12;
    private const int WorkMs = 1_500;

    private readonly ConcurrentDictionary<long, int> _noted = new();
    private long _notes;
    private bool _mayEnd;

    private ScpHandlers Handlers() => new ScpHandlers()
        .OnRequest(Echo, EchoAsync)
        .OnRequest(EchoInline, EchoAsync, HandlerThread.Inline)
        .OnRequest(Slow, async request =>
        {
            byte[] payload = request.Payload.ToArray();
            await Task.Delay(payload.Length % 7, request.Cancellation);
            request.Reply(payload);
        })
        .OnMessage(Note, message =>
        {
            _noted.AddOrUpdate(BitConverter.ToInt64(message.Payload.Span), 1, static (_, count) => count + 1);
            return ValueTask.CompletedTask;
        })
        .OnStream(async (_, stream) =>
        {
            try
            {
                await stream.Input.CopyToAsync(stream.Output);
            }
            catch (ScpStreamException)
            {
                // Given up by the other side.
            }
        });

    [Test]
    public async Task A_mix_of_everything_ends_and_leaves_nothing([Values(1, 2, 3)] int seed, [Values] bool cuts)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        await using Trouble trouble = await Trouble.StartAsync(Handlers(), adjust: options => options with { Lanes = 1 + (seed % 3), OnProblem = null });
        using var over = new CancellationTokenSource(WorkMs);
        int begun = 0;
        int ended = 0;
        _mayEnd = false;
        Task[] workers = [.. Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random((seed * 1000) + worker);
            while (!over.IsCancellationRequested)
            {
                Interlocked.Increment(ref begun);
                await StepAsync(trouble.Peer, random);
                Interlocked.Increment(ref ended);
            }
        }))];
        await MakeTroubleAsync(trouble.Middlebox, new Random(seed), cuts, over.Token);
        await Task.WhenAll(workers).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(ended, Is.EqualTo(begun));
        Assert.That(_noted.Values.Where(count => count > 1), Is.Empty, "messages that were handled twice");
        await QuietAsync(trouble.Peer);
        await QuietAsync(trouble.Server.Peers.Single());
        TestContext.Out.WriteLine($"{begun} steps");

        // With nothing left to wait for, the grace is not used up.
        await trouble.Server.StopAsync(TimeSpan.FromSeconds(30)).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task Sessions_that_end_amid_everything_end_all_of_it([Values(1, 2, 3, 4)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        _mayEnd = true;
        await using Trouble trouble = await Trouble.StartAsync(Handlers(), adjust: options => options with { OnProblem = null });
        using var over = new CancellationTokenSource(WorkMs);
        Task[] workers = [.. Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random((seed * 1000) + worker);
            while (!over.IsCancellationRequested)
            {
                await StepAsync(trouble.Peer, random);
                await Task.Yield();
            }
        }))];
        await Task.Delay(new Random(seed).Next(WorkMs / 2));
        Task ending = (seed % 4) switch
        {
            0 => trouble.Peer.CloseAsync(),
            1 => trouble.Server.Peers.Single().CloseAsync(ErrorCode.Overloaded, "enough"),
            2 => trouble.Server.StopAsync(TimeSpan.FromMilliseconds(50)),
            _ => trouble.Client.StopAsync(TimeSpan.Zero),
        };
        await ending.WaitAsync(TimeSpan.FromSeconds(10));
        _ = await trouble.Peer.Closed.WaitAsync(TimeSpan.FromSeconds(10));
        await Task.WhenAll(workers).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That((await trouble.Peer.GetStatisticsAsync()).MessagesQueued, Is.Zero);
    }

    private static ValueTask EchoAsync(ScpRequest request)
    {
        request.Reply(request.Payload.Span);
        return ValueTask.CompletedTask;
    }

    private static async Task MakeTroubleAsync(Middlebox middlebox, Random random, bool cuts, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(random.Next(20, 200), over));
            switch (cuts ? random.Next(4) : 3)
            {
                case 0:
                    middlebox.CutLanes();
                    break;
                case 1:
                    middlebox.ChangeAddress();
                    break;
                case 2:
                    middlebox.BlocksDatagrams = !middlebox.BlocksDatagrams;
                    break;
            }
        }

        middlebox.BlocksDatagrams = false;
    }

    private async Task StepAsync(ScpPeer peer, Random random)
    {
        switch (random.Next(10))
        {
            case < 6:
                await CallAsync(peer, random);
                break;
            case < 8:
                await NoteAsync(peer, random.Next(2) == 0);
                break;
            default:
                await StreamAsync(peer, random);
                break;
        }
    }

    private async Task CallAsync(ScpPeer peer, Random random)
    {
        uint topic = (uint)random.Next(1, 4);
        int bytes = random.Next(20) switch { 0 => random.Next(300_000), < 4 => random.Next(9000), _ => random.Next(200) };
        byte[] payload = new byte[bytes];
        random.NextBytes(payload);
        using var cancellation = new CancellationTokenSource();
        bool mayCancel = random.Next(5) == 0;
        bool mayBeLate = random.Next(5) == 0;
        if (mayCancel)
        {
            cancellation.CancelAfter(random.Next(5));
        }

        var options = new CallOptions
        {
            Timeout = mayBeLate ? TimeSpan.FromMilliseconds(random.Next(1, 20)) : null,
            ContinueInline = random.Next(4) == 0,
            IsUrgent = random.Next(10) == 0,
            Priority = (Priority)random.Next(0, 3),
        };
        using ScpReply reply = await peer.CallAsync(topic, payload, options, cancellation.Token).ConfigureAwait(false);
        bool isRight = reply.IsOk
            ? reply.Payload.Span.SequenceEqual(payload)
            : _mayEnd || mayCancel || mayBeLate;
        if (!isRight)
        {
            throw new InvalidOperationException($"{reply.Outcome} {reply.Status} {reply.Code} to {bytes} bytes for topic {topic}");
        }

        if (options.ContinueInline)
        {
            await Task.Yield();
        }
    }

    private async Task NoteAsync(ScpPeer peer, bool isReliable)
    {
        long number = Interlocked.Increment(ref _notes);
        byte[] payload = BitConverter.GetBytes(number);
        if (!isReliable)
        {
            try
            {
                await peer.SendAsync(Note, payload);
            }
            catch (ScpCallException) when (_mayEnd)
            {
                // The session has ended.
            }

            return;
        }

        CallOutcome outcome = await peer.SendReliableAsync(Note, payload);
        if (outcome != CallOutcome.Delivered && !_mayEnd)
        {
            throw new InvalidOperationException($"a reliable message ended as {outcome}");
        }
    }

    private async Task StreamAsync(ScpPeer peer, Random random)
    {
        try
        {
            ScpStream stream = await peer.OpenStreamAsync((Priority)random.Next(0, 3));
            byte[] payload = new byte[random.Next(200_000)];
            random.NextBytes(payload);
            if (random.Next(4) == 0)
            {
                _ = stream.Output.WriteAsync(payload).AsTask();
                stream.Abort(ErrorCode.Overloaded);
                return;
            }

            Task writing = Task.Run(async () =>
            {
                await stream.Output.WriteAsync(payload);
                await stream.Output.CompleteAsync();
            });
            var all = new ArrayBufferWriter<byte>();
            ReadResult result;
            do
            {
                result = await stream.Input.ReadAsync();
                foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                {
                    all.Write(segment.Span);
                }

                stream.Input.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted);
            await writing;
            await stream.Input.CompleteAsync();
            if (!all.WrittenSpan.SequenceEqual(payload) && !_mayEnd)
            {
                throw new InvalidOperationException("a stream brought back something else");
            }
        }
        catch (ScpStreamException) when (_mayEnd)
        {
            // The session has ended.
        }
    }

    private static async Task QuietAsync(ScpPeer peer)
    {
        SessionStatistics statistics;
        for (int i = 0; ; i++)
        {
            statistics = await peer.GetStatisticsAsync();
            if (statistics is { MessagesQueued: 0, IncomingBytesHeld: 0, ReplyBytesKept: 0, EventsWaiting: 0, StreamsOpen: 0, StreamBytesBuffered: 0 })
            {
                return;
            }

            Assert.That(i, Is.LessThan(500), () => statistics.ToString()!);
            await Task.Delay(10);
        }
    }
}
