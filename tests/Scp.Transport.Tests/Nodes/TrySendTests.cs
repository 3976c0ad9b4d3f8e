using System.Buffers.Binary;
using System.Collections.Concurrent;
using Scp.Protocol;

namespace Scp.Transport.Tests.Nodes;

/// <summary>One-ways whose sender neither waits nor looks back.</summary>
[CancelAfter(30_000)]
public sealed class TrySendTests
{
    private const uint Note = 1;
    private const int LargeBytes = 200_000;

    [Test]
    public async Task What_was_taken_arrives_once_and_whole_small_or_large()
    {
        const int Count = 2000;
        var arrived = new ConcurrentBag<int>();
        var all = new TaskCompletionSource();
        await using NodePair pair = await NodePair.StartAsync(new ScpHandlers().OnMessage(
            Note,
            message =>
            {
                ReadOnlySpan<byte> payload = message.Payload.Span;
                int number = BinaryPrimitives.ReadInt32LittleEndian(payload);
                if (!payload[sizeof(int)..].ContainsAnyExcept((byte)number))
                {
                    arrived.Add(number);
                }

                if (arrived.Count == Count)
                {
                    all.SetResult();
                }

                return ValueTask.CompletedTask;
            },
            HandlerThread.Inline));
        for (int i = 0; i < Count; i++)
        {
            byte[] payload = new byte[i % 100 == 0 ? LargeBytes : 100 + (i % 50)];
            payload.AsSpan().Fill((byte)i);
            BinaryPrimitives.WriteInt32LittleEndian(payload, i);
            while (!pair.Peer.TrySend(Note, payload, new CallOptions { Priority = Priority.Consensus }))
            {
                await Task.Yield();
            }

            // Nobody but the gate may keep what the sender goes on writing into.
            payload.AsSpan().Clear();
        }

        await all.Task;
        Assert.That(arrived.Order(), Is.EqualTo(Enumerable.Range(0, Count)));
    }

    [Test]
    public async Task Without_room_it_says_no_at_once_and_with_room_again_yes()
    {
        await using Trouble trouble = await Trouble.StartAsync(new ScpHandlers().OnMessage(Note, _ => ValueTask.CompletedTask));
        trouble.Middlebox.BlocksDatagrams = true;
        trouble.Middlebox.RefusesConnections = true;
        trouble.Middlebox.CutLanes();
        byte[] payload = new byte[LargeBytes];
        int taken = 0;
        while (trouble.Peer.TrySend(Note, payload))
        {
            taken++;
            Assert.That(taken * (long)LargeBytes, Is.LessThanOrEqualTo(TransportLimits.MaxOperationBytes + ScpLimits.MaxQueuedMessageBytes));
        }

        trouble.Middlebox.BlocksDatagrams = false;
        trouble.Middlebox.RefusesConnections = false;
        while (!trouble.Peer.TrySend(Note, payload))
        {
            await Task.Delay(5, TestContext.CurrentContext.CancellationToken);
        }

        await trouble.Peer.CloseAsync();
        while (trouble.Peer.TrySend(Note, default))
        {
            await Task.Yield();
        }
    }

    [Test]
    public async Task It_leaves_nothing_to_the_collector()
    {
        const int AtOnce = 50;
        await using NodePair pair = await NodePair.StartAsync(new ScpHandlers()
            .OnMessage(Note, _ => ValueTask.CompletedTask, HandlerThread.Inline)
            .OnRequest(Note, _ => ValueTask.CompletedTask, HandlerThread.Inline));
        byte[] payload = new byte[500];
        await SendAsync(500);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await SendAsync(1000);
        Assert.That((GC.GetTotalAllocatedBytes(precise: true) - before) / (1000 * AtOnce), Is.LessThan(50));

        async Task SendAsync(int times)
        {
            for (int i = 0; i < times; i++)
            {
                for (int sent = 0; sent < AtOnce; sent++)
                {
                    if (!pair.Peer.TrySend(Note, payload))
                    {
                        Assert.Fail("There is room for so few.");
                    }
                }

                using ScpReply reply = await pair.Peer.CallAsync(Note, default);
                if (!reply.IsOk)
                {
                    Assert.Fail($"{reply.Outcome} {reply.Code}");
                }
            }
        }
    }
}
