namespace Consensus.Core;

/// <summary>
/// Where entries lie while a message or a write refers to them: lent out in runs, taken back all at once, so that a steady
/// stream of appends allocates nothing.
/// </summary>
public sealed class EntryArena
{
    private const int FirstEntries = 64;

    /// <summary>A burst's memory is not kept beyond it.</summary>
    private const int MaxKeptEntries = 64 * 1024;

    private Entry[] _entries = [];
    private int _used;

    /// <summary>Room for so many entries, until <see cref="Clear"/>.</summary>
    public Memory<Entry> Rent(int count)
    {
        if (_entries.Length - _used < count)
        {
            // What was lent before stays where it is: its holders keep the old array alive.
            _entries = new Entry[Math.Max(Math.Max(FirstEntries, count), Math.Min(2 * _entries.Length, MaxKeptEntries))];
            _used = 0;
        }

        var run = _entries.AsMemory(_used, count);
        _used += count;
        return run;
    }

    /// <summary>Takes everything back: no run may be used from here on.</summary>
    public void Clear()
    {
        if (_entries.Length > MaxKeptEntries)
        {
            _entries = [];
        }

        _entries.AsSpan(0, Math.Min(_used, _entries.Length)).Clear();
        _used = 0;
    }
}
