using Consensus.Core;

namespace Consensus.Tests.Core.Cluster;

/// <summary>
/// A node's disk: what is durable, and writes under way, which end in order. A crash ends any number of them, silently,
/// and loses the rest.
/// </summary>
internal sealed class SimDisk : IGroupLogReader
{
    private readonly List<Entry> _entries = [];
    private readonly Queue<LogWrite> _underWay = new();

    public SimDisk(Configuration configuration) =>
        Snapshot = new SnapshotMark(0, 0, ConfigurationCodec.Encode(configuration));

    public SnapshotMark Snapshot { get; private set; }

    public HardState State { get; private set; }

    /// <summary>The state machine's durable snapshot; at or after the log's mark.</summary>
    public (SnapshotMark Mark, ulong Hash) Machine { get; private set; }

    public long LastIndex => Snapshot.Index + _entries.Count;

    public bool TryGetTerm(long index, out long term)
    {
        term = 0;
        if (index < Snapshot.Index || index > LastIndex)
        {
            return false;
        }

        term = index == Snapshot.Index ? Snapshot.Term : _entries[(int)(index - Snapshot.Index - 1)].Term;
        return true;
    }

    public void Read(long fromIndex, long untilIndex, int maxBytes, List<Entry> into)
    {
        if (fromIndex <= Snapshot.Index || untilIndex > LastIndex + 1 || fromIndex >= untilIndex)
        {
            throw new SafetyViolationException($"a read of {fromIndex}..{untilIndex} from a log of {Snapshot.Index + 1}..{LastIndex}");
        }

        long bytes = 0;
        for (long index = fromIndex; index < untilIndex; index++)
        {
            var entry = _entries[(int)(index - Snapshot.Index - 1)];
            bytes += entry.Data.Length;
            if (index > fromIndex && bytes > maxBytes)
            {
                return;
            }

            into.Add(entry);
        }
    }

    /// <summary>Whether an entry is durable here, or in the snapshot.</summary>
    public bool Holds(long index, long term) => index < Snapshot.Index || (TryGetTerm(index, out long own) && own == term);

    public void Begin(in LogWrite write) => _underWay.Enqueue(write with { Entries = write.Entries.ToArray() });

    /// <summary>The oldest write under way is durable now.</summary>
    public long End()
    {
        var write = _underWay.Dequeue();
        Apply(write);
        return write.Token;
    }

    public void LoseWrites() => _underWay.Clear();

    public void SaveMachine(in SnapshotMark mark, ulong hash) => Machine = (mark, hash);

    public void Crash(RandomSource random)
    {
        for (long ended = random.Below(_underWay.Count + 1); ended > 0; ended--)
        {
            _ = End();
        }

        _underWay.Clear();

        // The state machine's snapshot may be newer than all that the log has: opening the log begins it there.
        if (Machine.Mark.Index > Snapshot.Index && !Holds(Machine.Mark.Index, Machine.Mark.Term))
        {
            Snapshot = Machine.Mark;
            _entries.Clear();
        }
    }

    private void Apply(in LogWrite write)
    {
        State = write.State;
        if (write.Resets)
        {
            Snapshot = write.Mark!.Value;
            _entries.Clear();
        }

        var entries = write.Entries.Span;
        if (!entries.IsEmpty)
        {
            int keep = (int)(entries[0].Index - Snapshot.Index - 1);
            if (keep < 0 || keep > _entries.Count)
            {
                throw new SafetyViolationException($"a write of entry {entries[0].Index} after {LastIndex}");
            }

            _entries.RemoveRange(keep, _entries.Count - keep);
            _entries.AddRange(entries);
        }

        if (write.Mark is { } mark && mark.Index > Snapshot.Index)
        {
            _entries.RemoveRange(0, (int)(mark.Index - Snapshot.Index));
            Snapshot = mark;
        }
    }
}
