using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Histories.Linearizability;

/// <summary>
/// The configurations that a search has been in. One is dominated, and not worth entering, if the same state was reached
/// with the same certain calls placed and no uncertain call spent beyond those spent now: an uncertain call that is still
/// there to use is never worse than one that is used up. With a configuration that failed stands the blame for it, see
/// <see cref="Dependence"/>. Sets are kept whole, never only their hashes, so that no
/// accident can turn into a verdict.
/// </summary>
internal sealed class VisitedSet(int spentWords, long maxBytes)
{
    private const int FirstBuckets = 1024;
    private const int FirstArena = 16 * 1024;

    /// <summary>About what the dictionary and the array take beside the words.</summary>
    private const int BytesPerBlame = 64;

    private readonly List<Entry> _entries = [];
    private readonly Dictionary<int, ulong[]> _blames = [];
    private int[] _buckets = NewBuckets(FirstBuckets);
    private int[] _arena = new int[FirstArena];
    private int _used;
    private long _blameBytes;

    /// <summary>Whether there was no room for the last configuration; the search must end without a verdict.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Takes a configuration in; false if it is dominated by one that is in already.</summary>
    /// <param name="index">The configuration's number, or that of the one which dominates it.</param>
    public bool TryAdd(ReadOnlySpan<int> configuration, ReadOnlySpan<ulong> spent, out int index)
    {
        ulong hash = Hash(configuration);
        int bucket = (int)(hash & (ulong)(_buckets.Length - 1));
        for (int e = _buckets[bucket]; e >= 0; e = _entries[e].Next)
        {
            if (_entries[e].Hash == hash && IsDominated(configuration, spent, _entries[e]))
            {
                index = e;
                return false;
            }
        }

        int length = configuration.Length + (2 * spentWords);
        if (!TryReserve(length))
        {
            IsFull = true;
            index = -1;
            return false;
        }

        configuration.CopyTo(_arena.AsSpan(_used));
        spent.CopyTo(MemoryMarshal.Cast<int, ulong>(_arena.AsSpan(_used + configuration.Length, 2 * spentWords)));
        _entries.Add(new Entry(hash, _used, configuration.Length, _buckets[bucket]));
        index = _entries.Count - 1;
        _buckets[bucket] = index;
        _used += length;
        if (_entries.Count > _buckets.Length)
        {
            Rehash();
        }

        return true;
    }

    /// <summary>The slots that the configuration failed on; null if it has not failed yet, or if they do not tell all.</summary>
    public ulong[]? BlameOf(int index) => _blames.GetValueOrDefault(index);

    public void Blame(int index, ulong[] blame)
    {
        _blames[index] = [.. blame];
        _blameBytes += BytesPerBlame + (blame.Length * sizeof(ulong));
    }

    private bool IsDominated(ReadOnlySpan<int> configuration, ReadOnlySpan<ulong> spent, Entry seen)
    {
        if (!configuration.SequenceEqual(_arena.AsSpan(seen.Offset, seen.Length)))
        {
            return false;
        }

        ReadOnlySpan<ulong> spentThen = MemoryMarshal.Cast<int, ulong>(_arena.AsSpan(seen.Offset + seen.Length, 2 * spentWords));
        for (int w = 0; w < spentThen.Length; w++)
        {
            if ((spentThen[w] & ~spent[w]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReserve(int length)
    {
        long bytes = ((long)(_used + length) * sizeof(int)) + ((long)_entries.Count * Unsafe.SizeOf<Entry>()) + _blameBytes;
        if (bytes > maxBytes || _used + (long)length > Array.MaxLength)
        {
            return false;
        }

        if (_used + length > _arena.Length)
        {
            Array.Resize(ref _arena, (int)Math.Min(Array.MaxLength, Math.Max(2L * _arena.Length, _used + length)));
        }

        return true;
    }

    private void Rehash()
    {
        _buckets = NewBuckets(2 * _buckets.Length);
        Span<Entry> entries = CollectionsMarshal.AsSpan(_entries);
        for (int e = 0; e < entries.Length; e++)
        {
            int bucket = (int)(entries[e].Hash & (ulong)(_buckets.Length - 1));
            entries[e] = entries[e] with { Next = _buckets[bucket] };
            _buckets[bucket] = e;
        }
    }

    private static int[] NewBuckets(int count)
    {
        int[] buckets = new int[count];
        Array.Fill(buckets, -1);
        return buckets;
    }

    private static ulong Hash(ReadOnlySpan<int> configuration)
    {
        ulong hash = 0x9E37_79B9_7F4A_7C15;
        foreach (int part in configuration)
        {
            hash = (hash ^ (uint)part) * 0xFF51_AFD7_ED55_8CCD;
            hash ^= hash >> 32;
        }

        return hash;
    }

    private readonly record struct Entry(ulong Hash, int Offset, int Length, int Next);
}
