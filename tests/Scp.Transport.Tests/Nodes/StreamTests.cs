using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Scp.Protocol;

namespace Scp.Transport.Tests.Nodes;

[CancelAfter(60_000)]
public sealed class StreamTests
{
    [Test]
    public async Task What_is_written_comes_back_byte_for_byte([Values(0, 1, 70_000, 20_000_000)] int bytes)
    {
        await using NodePair pair = await NodePair.StartAsync(new ScpHandlers().OnStream(EchoAsync));
        await using ScpStream stream = await pair.Peer.OpenStreamAsync();
        byte[] sent = RandomNumberGenerator.GetBytes(bytes);
        Task writing = WriteAsync(stream.Output, sent);
        byte[] received = await ReadToEndAsync(stream.Input);
        await writing;
        await stream.Sent;
        Assert.That(received.AsSpan().SequenceEqual(sent));
    }

    [Test]
    public async Task Many_streams_at_once_do_not_mix()
    {
        await using NodePair pair = await NodePair.StartAsync(new ScpHandlers().OnStream(EchoAsync));
        await Parallel.ForEachAsync(Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, cancellation) =>
        {
            await using ScpStream stream = await pair.Peer.OpenStreamAsync(Priority.Request, cancellation);
            byte[] sent = new byte[1 + (i * 37)];
            new Random(i).NextBytes(sent);
            Task writing = WriteAsync(stream.Output, sent);
            byte[] received = await ReadToEndAsync(stream.Input);
            await writing;
            Assert.That(received.AsSpan().SequenceEqual(sent));
        });
    }

    [Test]
    public async Task A_slow_reader_holds_its_writer_back_and_nobody_else()
    {
        var gate = new TaskCompletionSource();
        long taken = 0;
        ScpHandlers handlers = new ScpHandlers()
            .OnRequest(1, _ => ValueTask.CompletedTask)
            .OnStream(async (_, stream) =>
            {
                await gate.Task;
                taken = await DrainAsync(stream.Input);
            });
        await using NodePair pair = await NodePair.StartAsync(handlers);
        ScpStream slow = await pair.Peer.OpenStreamAsync();
        byte[] block = new byte[64 * 1024];
        long written = 0;
        ValueTask<FlushResult> flush = default;
        while (written < 64L * 1024 * 1024)
        {
            flush = slow.Output.WriteAsync(block);
            written += block.Length;
            if (!flush.IsCompleted && await Task.WhenAny(flush.AsTask(), Task.Delay(500)) is not Task<FlushResult>)
            {
                break;
            }
        }

        // A window at each end, and what is under way between the pipes.
        const long Bound = (2L * ScpLimits.MaxStreamWindowBytes) + TransportLimits.StreamReadBytes + TransportLimits.StreamWriteBytes + TransportLimits.LaneReadBytes + TransportLimits.MaxLaneWriteBytes;
        Assert.That(written, Is.LessThanOrEqualTo(Bound), "what a reader that does not read lets its writer write");
        using (ScpReply reply = await pair.Peer.CallAsync(1, default))
        {
            Assert.That(reply.IsOk);
        }

        gate.SetResult();
        await slow.DisposeAsync();
        await slow.Sent;
        Assert.That(() => Volatile.Read(ref taken), Is.EqualTo(written).After(5_000, 10));
    }

    [Test]
    public async Task A_stream_given_up_by_its_writer_fails_its_reader()
    {
        var failure = new TaskCompletionSource<Exception>();
        await using NodePair pair = await NodePair.StartAsync(new ScpHandlers().OnStream(async (_, stream) =>
        {
            try
            {
                await DrainAsync(stream.Input);
            }
            catch (ScpStreamException e)
            {
                failure.SetResult(e);
            }
        }));
        ScpStream stream = await pair.Peer.OpenStreamAsync();
        await stream.Output.WriteAsync(new byte[100]);
        stream.Abort(ErrorCode.Overloaded);
        Assert.That(((ScpStreamException)await failure.Task).Code, Is.EqualTo(ErrorCode.Overloaded));
    }

    [Test]
    public async Task A_reader_that_wants_no_more_stops_its_writer()
    {
        await using NodePair pair = await NodePair.StartAsync(new ScpHandlers().OnStream(async (_, stream) =>
        {
            ReadResult first = await stream.Input.ReadAsync();
            stream.Input.AdvanceTo(first.Buffer.End);
        }));
        ScpStream stream = await pair.Peer.OpenStreamAsync();
        byte[] block = new byte[64 * 1024];
        FlushResult result = default;
        for (int i = 0; i < 10_000 && !result.IsCompleted; i++)
        {
            result = await stream.Output.WriteAsync(block);
        }

        Assert.That(result.IsCompleted);
        Assert.That(async () => await stream.Sent, Throws.InstanceOf<ScpStreamException>());
    }

    [Test]
    public async Task Nobody_takes_streams_here_and_the_opener_hears_so()
    {
        await using NodePair pair = await NodePair.StartAsync(new ScpHandlers());
        ScpStream stream = await pair.Peer.OpenStreamAsync();
        Assert.That(
            async () =>
            {
                // The refusal may come while this is still being written, and is then heard here already.
                await stream.Output.WriteAsync(new byte[1]);
                await DrainAsync(stream.Input);
            },
            Throws.InstanceOf<ScpStreamException>().With.Property("Code").EqualTo(ErrorCode.NoHandler));
    }

    [Test]
    public async Task The_end_of_a_session_ends_its_streams()
    {
        await using NodePair pair = await NodePair.StartAsync(new ScpHandlers().OnStream(EchoAsync));
        ScpStream stream = await pair.Peer.OpenStreamAsync();
        await stream.Output.WriteAsync(new byte[1]);
        await pair.Server.StopAsync(TimeSpan.Zero);
        Assert.That(async () => await DrainAsync(stream.Input), Throws.InstanceOf<ScpStreamException>());
    }

    private static async Task EchoAsync(ScpPeer peer, ScpStream stream) => await stream.Input.CopyToAsync(stream.Output);

    private static async Task WriteAsync(PipeWriter output, ReadOnlyMemory<byte> bytes)
    {
        await output.WriteAsync(bytes);
        await output.CompleteAsync();
    }

    private static async Task<byte[]> ReadToEndAsync(PipeReader input)
    {
        var all = new ArrayBufferWriter<byte>();
        while (true)
        {
            ReadResult result = await input.ReadAsync();
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                all.Write(segment.Span);
            }

            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return all.WrittenSpan.ToArray();
            }
        }
    }

    private static async Task<long> DrainAsync(PipeReader input)
    {
        long total = 0;
        while (true)
        {
            ReadResult result = await input.ReadAsync();
            total += result.Buffer.Length;
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return total;
            }
        }
    }
}
