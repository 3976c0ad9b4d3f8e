using System.Net;
using System.Net.Sockets;
using Scp.Protocol.Messages;

namespace Scp.Transport.Tests.Nodes;

/// <summary>A program whose callbacks throw keeps its node: nobody is left waiting.</summary>
[CancelAfter(30_000)]
public sealed class CallbackTests
{
    private const uint Echo = 1;
    private const uint ThrowingInPool = 2;
    private const uint ThrowingInline = 3;
    private const uint ThrowingLater = 4;

    private static ScpHandlers Handlers() => new ScpHandlers()
        .OnRequest(Echo, _ => ValueTask.CompletedTask)
        .OnRequest(ThrowingInPool, _ => throw new InvalidOperationException("on purpose"))
        .OnRequest(ThrowingInline, _ => throw new InvalidOperationException("on purpose"), HandlerThread.Inline)
        .OnRequest(ThrowingLater, async _ =>
        {
            await Task.Yield();
            throw new InvalidOperationException("on purpose");
        })
        .OnMessage(ThrowingInPool, _ => throw new InvalidOperationException("on purpose"))
        .OnMessage(ThrowingInline, _ => throw new InvalidOperationException("on purpose"), HandlerThread.Inline)
        .OnStream((_, _) => throw new InvalidOperationException("on purpose"));

    [Test]
    public async Task A_listener_to_problems_that_throws_leaves_no_caller_waiting()
    {
        await using NodePair pair = await NodePair.StartAsync(Handlers(), options => options with
        {
            OnProblem = (_, _) => throw new InvalidOperationException("the listener itself"),
        });
        foreach (uint topic in (uint[])[ThrowingInPool, ThrowingInline, ThrowingLater])
        {
            using ScpReply reply = await pair.Peer.CallAsync(topic, default);
            Assert.That((reply.Outcome, reply.Status), Is.EqualTo((CallOutcome.Replied, ReplyStatus.Failed)));
        }

        Assert.That(await pair.Peer.SendReliableAsync(ThrowingInPool, default), Is.EqualTo(CallOutcome.Delivered));
        Assert.That(await pair.Peer.SendReliableAsync(ThrowingInline, default), Is.EqualTo(CallOutcome.Delivered));
        ScpStream stream = await pair.Peer.OpenStreamAsync();
        Assert.That(
            async () =>
            {
                // Whichever comes first hears of it.
                await stream.Output.WriteAsync(new byte[1]);
                await stream.Input.ReadAsync();
            },
            Throws.InstanceOf<ScpStreamException>());
        await RefusedConnectionAsync(pair.Server.LocalEndPoint);
        using ScpReply last = await pair.Peer.CallAsync(Echo, default);
        Assert.That(last.IsOk);
    }

    [Test]
    public async Task A_listener_to_peers_that_throws_is_reported_and_the_session_goes_on()
    {
        var problems = new TaskCompletionSource<Exception?>();
        await using NodePair pair = await NodePair.StartAsync(Handlers(), options => options with
        {
            OnPeer = _ => throw new InvalidOperationException("on purpose"),
            OnProblem = (_, failure) => problems.TrySetResult(failure),
        });
        using ScpReply reply = await pair.Peer.CallAsync(Echo, default);
        Assert.That(reply.IsOk);
        Assert.That(await problems.Task, Is.InstanceOf<InvalidOperationException>());
    }

    /// <summary>A connection that is no TLS: its failure is reported too.</summary>
    private static async Task RefusedConnectionAsync(IPEndPoint server)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server);
        await tcp.GetStream().WriteAsync(new byte[100]);
        byte[] answer = new byte[100];
        try
        {
            while (await tcp.GetStream().ReadAsync(answer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset: also an end.
        }
    }
}
