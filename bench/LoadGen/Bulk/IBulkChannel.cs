namespace LoadGen.Bulk;

/// <summary>One stream of bytes to the server. Disposing it before it is finished gives it up.</summary>
internal interface IBulkChannel : IAsyncDisposable
{
    /// <summary>Ends when the bytes were taken; the buffer is the caller's again then.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>Says that nothing more comes, and waits for the receiver's receipt.</summary>
    Task<BulkReceipt> FinishAsync(CancellationToken cancellation);
}
