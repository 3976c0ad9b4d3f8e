using LoadGen.Bulk;

namespace LoadGen.Measuring;

/// <summary>
/// One side of whatever is measured, for the drivers that are the same for all: requests, bulk channels, and what the
/// system itself says it sent. For any thread.
/// </summary>
internal interface IPeerClient : IAsyncDisposable
{
    /// <summary>What is measured, as tables name it.</summary>
    string Name { get; }

    /// <summary>
    /// Sends a request and waits for its reply, of which it copies what fits. Returns the reply's length, or -1 when there is
    /// none. The continuation may run on the thread that received, so it must not block.
    /// </summary>
    ValueTask<int> CallAsync(ReadOnlyMemory<byte> request, Memory<byte> reply, CancellationToken cancellation);

    /// <summary>How many channels a bulk transfer is spread over.</summary>
    int BulkChannels { get; }

    Task<IBulkChannel> OpenBulkAsync(CancellationToken cancellation);

    /// <summary>What both sides have sent so far, redundancy apart; null where the system does not know.</summary>
    Task<PeerCounters?> ReadCountersAsync();
}
