using System.Buffers.Binary;
using Consensus;

namespace LoadGen.Raft;

/// <summary>The plain map that commands are applied to, in memory: after a restart the log is applied again. The host's alone.</summary>
internal sealed class RaftMap : IStateMachine
{
    private readonly Dictionary<long, byte[]> _values = [];

    public long AppliedIndex => 0;

    /// <summary>A run of the load is short: it keeps its whole log.</summary>
    public SnapshotMark Snapshot => default;

    public ISnapshotSource? OpenSnapshot() => null;

    public ISnapshotSink BeginInstall(in SnapshotMark mark, long lengthBytes) =>
        throw new InvalidOperationException("A snapshot came, though no node of the load makes any.");

    public void Apply(ReadOnlySpan<Entry> entries, Span<ReadOnlyMemory<byte>> results)
    {
        foreach (ref readonly Entry entry in entries)
        {
            if (entry.Kind != EntryKind.Command || entry.Data.Length < RaftFormat.CommandHeadBytes)
            {
                continue;
            }

            // Copied: a value that stays would otherwise keep the whole message alive that it came in.
            ReadOnlySpan<byte> value = entry.Data.Span[RaftFormat.CommandHeadBytes..];
            long key = BinaryPrimitives.ReadInt64LittleEndian(entry.Data.Span);
            if (_values.TryGetValue(key, out byte[]? known) && known.Length == value.Length)
            {
                value.CopyTo(known);
            }
            else
            {
                _values[key] = value.ToArray();
            }
        }
    }
}
