namespace Consensus.Core;

/// <summary>The appends sent to a follower and not yet acknowledged, bounded in number and in bytes of data.</summary>
internal sealed class InflightWindow(int maxAppends, long maxBytes)
{
    private readonly Queue<(long LastIndex, long Bytes)> _appends = new();

    public long Bytes { get; private set; }

    public int Count => _appends.Count;

    /// <summary>Full once a limit is reached; the append that reaches it may go past the bytes.</summary>
    public bool IsFull => _appends.Count >= maxAppends || Bytes >= maxBytes;

    public void Add(long lastIndex, long bytes)
    {
        _appends.Enqueue((lastIndex, bytes));
        Bytes += bytes;
    }

    /// <summary>Appends whose entries end at or before the index have arrived.</summary>
    public void Acknowledge(long index)
    {
        while (_appends.TryPeek(out var oldest) && oldest.LastIndex <= index)
        {
            Bytes -= oldest.Bytes;
            _ = _appends.Dequeue();
        }
    }

    public void Clear()
    {
        _appends.Clear();
        Bytes = 0;
    }
}
