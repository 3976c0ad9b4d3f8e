using LoadGen.Bulk;

namespace LoadGen.Peers.Http2;

/// <summary>Bulk as the body of one request.</summary>
internal sealed class Http2BulkChannel(Http2BulkContent content, Stream body, Task<HttpResponseMessage> response, CancellationTokenSource give) : IBulkChannel
{
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => body.WriteAsync(bytes, cancellation);

    public async Task<BulkReceipt> FinishAsync(CancellationToken cancellation)
    {
        await body.FlushAsync(cancellation).ConfigureAwait(false);
        content.Finish();
        using HttpResponseMessage message = await response.WaitAsync(cancellation).ConfigureAwait(false);
        byte[] receipt = await message.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        return receipt.Length == BulkFormat.ReceiptBytes ? BulkFormat.ReadReceipt(receipt) : throw new IOException("The server sent no receipt.");
    }

    public async ValueTask DisposeAsync()
    {
        await give.CancelAsync().ConfigureAwait(false);
        await response.ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        give.Dispose();
        content.Dispose();
    }
}
