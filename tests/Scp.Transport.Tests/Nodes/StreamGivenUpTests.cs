using System.IO.Pipelines;
using Scp.Protocol;

namespace Scp.Transport.Tests.Nodes;

/// <summary>
/// Programs that complete their end of a stream with an exception, at every moment at which the engine may meet it: the
/// engine's thread must never see that exception thrown.
/// </summary>
[CancelAfter(30_000)]
public sealed class StreamGivenUpTests
{
    private static ScpHandlers Handlers(StreamHandler stream) => new ScpHandlers()
        .OnRequest(1, _ => ValueTask.CompletedTask)
        .OnStream(stream);

    [Test]
    public async Task A_reader_that_fails_while_bytes_arrive_stops_its_writer_and_harms_nobody_else()
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers(async (_, stream) =>
        {
            ReadResult first = await stream.Input.ReadAsync();
            stream.Input.AdvanceTo(first.Buffer.End);
            await stream.Input.CompleteAsync(new InvalidDataException("on purpose"));
        }));
        ScpStream stream = await pair.Peer.OpenStreamAsync();
        Assert.That(await WriteUntilStoppedAsync(stream.Output));
        await CallAsync(pair.Peer);
    }

    [Test]
    public async Task A_reader_that_aborts_tells_its_writer_why()
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers((_, stream) =>
        {
            stream.Abort(ErrorCode.Overloaded);
            return Task.CompletedTask;
        }));
        ScpStream stream = await pair.Peer.OpenStreamAsync();
        Assert.That(
            async () => await WriteUntilStoppedAsync(stream.Output),
            Throws.InstanceOf<ScpStreamException>().With.Property("Code").EqualTo(ErrorCode.Overloaded));
        await CallAsync(pair.Peer);
    }

    [Test]
    public async Task A_writer_that_aborts_while_its_reader_holds_it_back_fails_the_reader_and_harms_nobody_else()
    {
        var given = new TaskCompletionSource();
        var failure = new TaskCompletionSource<Exception>();
        await using NodePair pair = await NodePair.StartAsync(Handlers(async (_, stream) =>
        {
            await given.Task;
            try
            {
                await stream.Input.CopyToAsync(Stream.Null);
            }
            catch (ScpStreamException e)
            {
                failure.SetResult(e);
            }
        }));
        ScpStream stream = await pair.Peer.OpenStreamAsync();
        byte[] block = new byte[64 * 1024];
        while (true)
        {
            ValueTask<FlushResult> flush = stream.Output.WriteAsync(block);
            if (!flush.IsCompleted && await Task.WhenAny(flush.AsTask(), Task.Delay(300)) is not Task<FlushResult>)
            {
                break;
            }
        }

        stream.Abort(ErrorCode.Overloaded);
        given.SetResult();
        await CallAsync(pair.Peer);
        Assert.That(((ScpStreamException)await failure.Task).Code, Is.EqualTo(ErrorCode.Overloaded));
        await CallAsync(pair.Peer);
    }

    [Test]
    public async Task A_peer_with_nothing_to_say_hears_that_its_reader_left([Values] bool aborts)
    {
        var heard = new TaskCompletionSource();
        await using NodePair pair = await NodePair.StartAsync(Handlers(async (_, stream) =>
        {
            try
            {
                while (!(await stream.Output.FlushAsync()).IsCompleted)
                {
                    await Task.Delay(5);
                }
            }
            catch (ScpStreamException)
            {
                // Aborted: heard as well.
            }

            heard.SetResult();
        }));
        ScpStream stream = await pair.Peer.OpenStreamAsync();
        await stream.Output.WriteAsync(new byte[1]);
        if (aborts)
        {
            stream.Abort(ErrorCode.Overloaded);
        }
        else
        {
            await stream.DisposeAsync();
        }

        await heard.Task.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Test]
    public async Task Both_ends_may_give_up_at_any_moment([Values(1, 2, 3)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        await using NodePair pair = await NodePair.StartAsync(Handlers((_, stream) => MisbehaveAsync(stream, Random.Shared.Next())));
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancellation) =>
        {
            ScpStream stream = await pair.Peer.OpenStreamAsync(Priority.Request, cancellation);
            await MisbehaveAsync(stream, (1000 * seed) + i);
        });
        await CallAsync(pair.Peer);
        while ((await pair.Peer.GetStatisticsAsync()).StreamsOpen > 0)
        {
            await Task.Delay(5, TestContext.CurrentContext.CancellationToken);
        }
    }

    private static async Task MisbehaveAsync(ScpStream stream, int seed)
    {
        var random = new Random(seed);
        try
        {
            int steps = random.Next(6);
            for (int i = 0; i < steps; i++)
            {
                if (random.Next(2) == 0)
                {
                    await stream.Output.WriteAsync(new byte[random.Next(200_000)]).AsTask().WaitAsync(TimeSpan.FromMilliseconds(20));
                }
                else if (stream.Input.TryRead(out ReadResult result))
                {
                    stream.Input.AdvanceTo(result.Buffer.End);
                }
            }
        }
        catch (Exception e) when (e is ScpStreamException or TimeoutException or IOException)
        {
            // The other end was faster, or holds this one back.
        }

        switch (random.Next(4))
        {
            case 0:
                stream.Abort(ErrorCode.Overloaded);
                break;
            case 1:
                await stream.Input.CompleteAsync(new IOException("on purpose"));
                await stream.Output.CompleteAsync();
                break;
            case 2:
                await stream.Output.CompleteAsync(new IOException("on purpose"));
                await stream.Input.CompleteAsync();
                break;
            default:
                await stream.DisposeAsync();
                break;
        }
    }

    private static async Task<bool> WriteUntilStoppedAsync(PipeWriter output)
    {
        byte[] block = new byte[64 * 1024];
        for (int i = 0; i < 10_000; i++)
        {
            if ((await output.WriteAsync(block)).IsCompleted)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task CallAsync(ScpPeer peer)
    {
        using ScpReply reply = await peer.CallAsync(1, default);
        Assert.That(reply.IsOk, $"{reply.Outcome} {reply.Code}");
    }
}
