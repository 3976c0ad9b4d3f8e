using System.Collections.Concurrent;

namespace LoadGen.Bulk;

/// <summary>How much of each bulk transfer has arrived, for senders that ask before it is complete. For any thread.</summary>
internal sealed class BulkLedger
{
    /// <summary>Transfers remembered; the server of a benchmark is asked only about its latest.</summary>
    private const int MaxTransfers = 1024;

    private readonly ConcurrentDictionary<ulong, Entry> _entries = new();

    public long BytesOf(ulong transfer) => _entries.TryGetValue(transfer, out Entry? entry) ? Interlocked.Read(ref entry.Bytes) : 0;

    /// <summary>Where the channels of this transfer count what they receive.</summary>
    public Entry Open(ulong transfer)
    {
        if (_entries.Count >= MaxTransfers)
        {
            _entries.Clear();
        }

        return _entries.GetOrAdd(transfer, static _ => new Entry());
    }

    public sealed class Entry
    {
        public long Bytes;

        public void Add(long bytes) => Interlocked.Add(ref Bytes, bytes);
    }
}
