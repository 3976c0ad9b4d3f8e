namespace Consensus.Core;

/// <summary>
/// The configurations in a replica's log, from the one that held where the log begins. The last is in force, committed or
/// not; when its entry is cut off, the one before is in force again.
/// </summary>
internal sealed class ConfigurationHistory
{
    private readonly List<(long Index, Configuration Configuration)> _entries = [];

    public ConfigurationHistory(long index, Configuration configuration) => Reset(index, configuration);

    /// <summary>The configuration in force.</summary>
    public Configuration Current => _entries[^1].Configuration;

    /// <summary>The index of its entry.</summary>
    public long CurrentIndex => _entries[^1].Index;

    public void Push(long index, Configuration configuration)
    {
        if (index <= CurrentIndex)
        {
            Fail.Now($"A configuration at {index} follows one at {CurrentIndex}.");
        }

        _entries.Add((index, configuration));
    }

    /// <summary>The entries from an index on are gone.</summary>
    public void CutFrom(long index)
    {
        while (_entries.Count > 1 && CurrentIndex >= index)
        {
            _entries.RemoveAt(_entries.Count - 1);
        }
    }

    /// <summary>The entries up to an index are gone: they are in a snapshot.</summary>
    public void ForgetBefore(long index)
    {
        int keep = _entries.FindLastIndex(e => e.Index <= index);
        if (keep > 0)
        {
            _entries.RemoveRange(0, keep);
        }
    }

    public void Reset(long index, Configuration configuration)
    {
        _entries.Clear();
        _entries.Add((index, configuration));
    }

    /// <summary>
    /// Whether a replica is a voter by the newest committed configuration or any after it. One that is going may be the
    /// only one with the entry that says so, and then nobody else can be elected.
    /// </summary>
    public bool MayLead(ReplicaId replica, long commitIndex)
    {
        for (int at = _entries.Count - 1; at >= 0; at--)
        {
            if (_entries[at].Configuration.IsVoter(replica))
            {
                return true;
            }

            if (_entries[at].Index <= commitIndex)
            {
                break;
            }
        }

        return false;
    }

    /// <summary>The configuration in force when the log ended at an index.</summary>
    public Configuration At(long index) => _entries[Math.Max(0, _entries.FindLastIndex(e => e.Index <= index))].Configuration;
}
