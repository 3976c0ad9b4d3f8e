namespace Consensus.Core;

/// <summary>
/// What replicas want done. One instance serves all replicas that a worker steps: it is filled by their inputs and by
/// <see cref="RaftReplica.Flush"/>, read by the worker, and cleared. Everything in it is valid until then.
/// </summary>
/// <remarks>
/// The lists are independent of each other and may be worked on in any order or at the same time: a message that rests on
/// a write appears only after the write has been reported durable. Within a list, the order is to be kept per group.
/// </remarks>
public sealed class RaftOutput
{
    public List<RaftMessage> Messages { get; } = [];

    public List<LogWrite> Writes { get; } = [];

    public List<CommittedEntries> Committed { get; } = [];

    public List<ReadResult> Reads { get; } = [];

    public List<ProposalOutcome> Outcomes { get; } = [];

    public List<RoleChange> RoleChanges { get; } = [];

    public List<ConfigurationChange> ConfigurationChanges { get; } = [];

    public List<SnapshotWanted> SnapshotsWanted { get; } = [];

    internal EntryArena Entries { get; } = new();

    public void Clear()
    {
        Messages.Clear();
        Writes.Clear();
        Committed.Clear();
        Reads.Clear();
        Outcomes.Clear();
        RoleChanges.Clear();
        ConfigurationChanges.Clear();
        SnapshotsWanted.Clear();
        Entries.Clear();
    }
}
