using System.Buffers.Binary;
using System.Security.Cryptography;
using LoadGen.Measuring;

namespace LoadGen.Bulk;

/// <summary>
/// Sends bulk over one client, spread over its channels: each takes the next block as soon as it has room, so that fast
/// ones carry more. The bytes are random and repeat only after megabytes, so nothing gains by compressing them.
/// </summary>
internal sealed class BulkSender(IPeerClient client, BulkPlan plan)
{
    private const int SourceBytes = 8 * 1024 * 1024;

    /// <summary>After time ran out, for asking how much arrived; and after a stop, for what is under way to arrive.</summary>
    private const int LastWordMs = 60_000;

    private readonly byte[] _source = RandomNumberGenerator.GetBytes(SourceBytes);
    private readonly ulong _transfer = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private long _left = plan.Bytes;

    /// <summary>Sends until all is sent or <paramref name="stop"/> fires, and waits for the receipts either way.</summary>
    public async Task<BulkResult> RunAsync(CancellationToken stop)
    {
        var channels = new List<IBulkChannel>();
        try
        {
            while (channels.Count < client.BulkChannels)
            {
                channels.Add(await client.OpenBulkAsync(stop).ConfigureAwait(false));
            }

            long startNs = Clock.NowNs;
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(plan.MaxSeconds));
            try
            {
                long[] bytes = await Task.WhenAll(channels.Select(channel => SendAsync(channel, stop, late.Token))).ConfigureAwait(false);
                return new BulkResult(bytes.Sum(), Clock.Seconds(Clock.NowNs - startNs), IsComplete: true);
            }
            catch (Exception e) when (late.IsCancellationRequested && e is OperationCanceledException or IOException or HttpRequestException)
            {
                long arrived = await AskProgressAsync().ConfigureAwait(false);
                return new BulkResult(arrived, Clock.Seconds(Clock.NowNs - startNs), IsComplete: false);
            }
        }
        finally
        {
            foreach (IBulkChannel channel in channels)
            {
                await channel.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sends one channel's share and returns what its receipt says, after comparing it with what was sent.</summary>
    private async Task<long> SendAsync(IBulkChannel channel, CancellationToken stop, CancellationToken late)
    {
        byte[] header = new byte[BulkFormat.HeaderBytes];
        BulkFormat.WriteHeader(header, _transfer, plan.Checks);
        await channel.WriteAsync(header, late).ConfigureAwait(false);
        long sent = 0;
        uint sum = 0;
        while (!stop.IsCancellationRequested && TakeBlock() is (long at, int length) && length > 0)
        {
            ReadOnlyMemory<byte> block = _source.AsMemory((int)(at % (SourceBytes - plan.BlockBytes + 1)), length);
            if (plan.Checks)
            {
                sum = BulkFormat.Sum(sum, block.Span);
            }

            await channel.WriteAsync(block, late).ConfigureAwait(false);
            sent += length;
        }

        BulkReceipt receipt = await channel.FinishAsync(late).ConfigureAwait(false);
        return receipt == new BulkReceipt(sent, sum)
            ? sent
            : throw new InvalidDataException($"{client.Name}: {sent} bytes with the sum {sum:x8} were sent, and {receipt.Bytes} with {receipt.Sum:x8} arrived.");
    }

    private (long At, int Length) TakeBlock()
    {
        long left = Interlocked.Add(ref _left, -plan.BlockBytes) + plan.BlockBytes;
        return (plan.Bytes - left, (int)Math.Clamp(left, 0, plan.BlockBytes));
    }

    private async Task<long> AskProgressAsync()
    {
        byte[] reply = new byte[sizeof(long)];
        using var limit = new CancellationTokenSource(LastWordMs);
        int length = await client.CallAsync(RequestFormat.CreateProgress(_transfer), reply, limit.Token).ConfigureAwait(false);
        return length == reply.Length
            ? BinaryPrimitives.ReadInt64LittleEndian(reply)
            : throw new TimeoutException($"{client.Name}: the receiver did not say how much arrived.");
    }
}
