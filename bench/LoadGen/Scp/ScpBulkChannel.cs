using System.Buffers;
using System.IO.Pipelines;
using LoadGen.Bulk;
using Scp.Transport;

namespace LoadGen.Scp;

/// <summary>Bulk over a stream of the session.</summary>
internal sealed class ScpBulkChannel(ScpStream stream) : IBulkChannel
{
    private bool _isFinished;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        FlushResult result = await stream.Output.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        if (result.IsCompleted)
        {
            throw new IOException("The server wants no more.");
        }
    }

    public async Task<BulkReceipt> FinishAsync(CancellationToken cancellation)
    {
        await stream.Output.CompleteAsync().ConfigureAwait(false);
        ReadResult result = await stream.Input.ReadAtLeastAsync(BulkFormat.ReceiptBytes, cancellation).ConfigureAwait(false);
        if (result.Buffer.Length != BulkFormat.ReceiptBytes)
        {
            throw new IOException("The server sent no receipt.");
        }

        BulkReceipt receipt = BulkFormat.ReadReceipt(result.Buffer.ToArray());
        stream.Input.AdvanceTo(result.Buffer.End);
        _isFinished = true;
        return receipt;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isFinished)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            stream.Abort();
        }
    }
}
