using System.Net.Security;
using System.Net.Sockets;
using LoadGen.Bulk;

namespace LoadGen.Peers.Tcp;

/// <summary>Bulk over a connection of its own.</summary>
internal sealed class TcpBulkChannel(Socket socket, Stream stream) : IBulkChannel
{
    private bool _isFinished;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => stream.WriteAsync(bytes, cancellation);

    public async Task<BulkReceipt> FinishAsync(CancellationToken cancellation)
    {
        if (stream is SslStream secure)
        {
            await secure.ShutdownAsync().ConfigureAwait(false);
        }
        else
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        byte[] receipt = new byte[BulkFormat.ReceiptBytes];
        await stream.ReadExactlyAsync(receipt, cancellation).ConfigureAwait(false);
        _isFinished = true;
        return BulkFormat.ReadReceipt(receipt);
    }

    public ValueTask DisposeAsync()
    {
        if (!_isFinished)
        {
            // Sends a reset, so that what is still queued does not go on filling the path.
            socket.Close(0);
        }

        return stream.DisposeAsync();
    }
}
