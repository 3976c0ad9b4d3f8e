using System.Diagnostics;
using Scp.Protocol;
using Scp.Protocol.Messages;

namespace Scp.Transport.Tests.Nodes;

/// <summary>Calls that find no room and wait, in the session or before it, on a path that has fallen silent.</summary>
[CancelAfter(30_000)]
public sealed class WaitingCallTests
{
    private const uint Nothing = 1;

    private static ScpHandlers Handlers() => new ScpHandlers()
        .OnRequest(Nothing, _ => ValueTask.CompletedTask)
        .OnMessage(Nothing, _ => ValueTask.CompletedTask);

    [Test]
    public async Task A_deadline_ends_a_call_that_waits_in_line([Values(100, TransportLimits.MaxOperations)] int inLine)
    {
        await using Trouble trouble = await SilentAsync(inLine);
        long startedAt = Stopwatch.GetTimestamp();
        using ScpReply reply = await trouble.Peer.CallAsync(Nothing, default, new CallOptions { Timeout = TimeSpan.FromMilliseconds(200) });
        Assert.That((reply.Outcome, reply.Code), Is.EqualTo((CallOutcome.NotRun, ErrorCode.DeadlineExceeded)));
        Assert.That(Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds, Is.InRange(195, 3000));
        Assert.That(await trouble.Peer.SendReliableAsync(Nothing, default, new CallOptions { Timeout = TimeSpan.FromMilliseconds(200) }), Is.EqualTo(CallOutcome.NotRun));
        Assert.That(
            async () => await trouble.Peer.SendAsync(Nothing, default, new CallOptions { Timeout = TimeSpan.FromMilliseconds(200) }),
            Throws.InstanceOf<ScpCallException>().With.Property("Code").EqualTo(ErrorCode.DeadlineExceeded));
    }

    [Test]
    public async Task A_cancellation_ends_a_call_that_waits_in_line([Values(100, TransportLimits.MaxOperations)] int inLine)
    {
        await using Trouble trouble = await SilentAsync(inLine);
        long startedAt = Stopwatch.GetTimestamp();
        using var cancellation = new CancellationTokenSource(100);
        ValueTask<ScpReply> call = trouble.Peer.CallAsync(Nothing, default, default, cancellation.Token);
        ValueTask<CallOutcome> reliable = trouble.Peer.SendReliableAsync(Nothing, default, default, cancellation.Token);
        using ScpReply reply = await call;
        Assert.That((reply.Outcome, reply.Code), Is.EqualTo((CallOutcome.NotRun, ErrorCode.Cancelled)));
        Assert.That(await reliable, Is.EqualTo(CallOutcome.NotRun));
        Assert.That(Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds, Is.LessThan(3000));
    }

    /// <summary>A session that has as much to send as it may, and so many more in line, and nothing gets through.</summary>
    private static async Task<Trouble> SilentAsync(int inLine)
    {
        Trouble trouble = await Trouble.StartAsync(Handlers());
        trouble.Middlebox.BlocksDatagrams = true;
        trouble.Middlebox.RefusesConnections = true;
        trouble.Middlebox.CutLanes();
        for (int i = 0; i < ScpLimits.DefaultSlots; i++)
        {
            // These hold every slot, since nothing tells that they have arrived.
            _ = trouble.Peer.SendReliableAsync(Nothing, default).AsTask();
        }

        for (int i = 0; i < ScpLimits.MaxQueuedMessages - ScpLimits.DefaultSlots + inLine; i++)
        {
            _ = trouble.Peer.SendAsync(Nothing, default).AsTask();
        }

        while ((await trouble.Peer.GetStatisticsAsync()).MessagesQueued < ScpLimits.MaxQueuedMessages)
        {
            await Task.Delay(5, TestContext.CurrentContext.CancellationToken);
        }

        return trouble;
    }
}
