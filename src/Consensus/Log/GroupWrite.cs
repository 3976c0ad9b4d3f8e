namespace Consensus.Log;

/// <summary>
/// What one group wants durable: its owner fills it, and it is applied in the order hard state, snapshot mark, entries.
/// Made and reused by a <see cref="LogBatch"/>.
/// </summary>
public sealed class GroupWrite
{
    private readonly List<Entry> _entries = [];

    internal GroupWrite()
    {
    }

    public GroupLog Log { get; private set; } = null!;

    public GroupId Group => Log.Group;

    public HardState? HardState { get; private set; }

    public SnapshotMark? Mark { get; private set; }

    public IReadOnlyList<Entry> Entries => _entries;

    public bool IsRemoval { get; private set; }

    /// <summary>
    /// Once written: the disk is full, and the entries were not written; hard state and mark were. Writes of the same group
    /// that were handed in before this was known lose their entries too, so that none is left out between others. The same
    /// entries may be handed in again.
    /// </summary>
    public bool AreEntriesRefused { get; internal set; }

    internal List<Entry> EntryList => _entries;

    /// <summary>Where the entries went: for the owner's log, once the batch is complete.</summary>
    internal List<EntryRun> Runs { get; } = [];

    internal HardState? WrittenHardState { get; set; }

    internal bool DropsAll { get; set; }

    internal int SeenRefusals { get; private set; }

    /// <summary>What the entries take on disk, a little more rather than less.</summary>
    internal long EntryBytes { get; private set; }

    /// <summary>The commit index is written as far as the log goes, this write included.</summary>
    public void SetHardState(in HardState hardState) => HardState = hardState;

    /// <summary>
    /// The log begins after the mark from now on. Entries above it stay if the log holds the mark's index under the mark's
    /// term; otherwise all go.
    /// </summary>
    public void SetMark(in SnapshotMark mark)
    {
        Log.RequireSize(mark.Configuration.Length, "The configuration of a snapshot mark");
        Mark = mark;
    }

    /// <summary>
    /// Everything from the first entry's index on is replaced. Indices ascend by one, and the first is at most one above the
    /// last that the log has.
    /// </summary>
    public void Append(in Entry entry)
    {
        Log.RequireSize(entry.Data.Length, "An entry");
        if (_entries.Count > 0 && (entry.Index != _entries[^1].Index + 1 || entry.Term < _entries[^1].Term))
        {
            throw new InvalidOperationException($"Entry {entry.Index} of term {entry.Term} of {Group} cannot follow entry {_entries[^1].Index} of term {_entries[^1].Term}.");
        }

        _entries.Add(entry);
        EntryBytes += entry.Data.Length + LogRecord.HeaderSize + LogRecord.EntriesPrefix + LogRecord.EntryOverhead;
    }

    /// <summary>Forgets the group altogether. The rest of this write must be empty.</summary>
    public void Remove()
    {
        IsRemoval = true;
        Log.OnRemovalSubmitted();
    }

    internal void Begin(GroupLog log)
    {
        Log = log;
        SeenRefusals = log.Refusals;
    }

    internal void Clear()
    {
        Log = null!;
        HardState = null;
        WrittenHardState = null;
        Mark = null;
        IsRemoval = false;
        AreEntriesRefused = false;
        DropsAll = false;
        EntryBytes = 0;
        _entries.Clear();
        Runs.Clear();
    }
}
