using Consensus;
using Scp.PathModel;

namespace Simulation.Cluster.Machine;

/// <summary>
/// What the groups replicate: a few registers, and for each client its last command with the answer, so that one that
/// comes again changes nothing. It runs a hash of all that it has taken in, which must be the same on every replica.
/// </summary>
internal sealed class KvMachine(ulong group, Action<KvMachine, Entry, KvCommand?, bool> applied) : IStateMachine
{
    public const int Keys = 6;

    private static readonly byte[][] Answers = [.. Enumerable.Range(0, 5).Select(i => new[] { (byte)i })];

    private readonly ulong[] _values = new ulong[Keys];
    private readonly Dictionary<ulong, (ulong Sequence, KvResult Result)> _last = [];

    public ulong Group => group;

    public long AppliedIndex { get; private set; }

    public SnapshotMark Snapshot => default;

    public ulong Hash { get; private set; }

    public ulong this[int key] => _values[key];

    /// <summary>As it stands now; what happens to the one does not show in the other.</summary>
    public KvMachine Copy()
    {
        var copy = new KvMachine(group, applied) { AppliedIndex = AppliedIndex, Hash = Hash };
        _values.CopyTo(copy._values, 0);
        foreach ((ulong client, (ulong, KvResult) last) in _last)
        {
            copy._last.Add(client, last);
        }

        return copy;
    }

    public ISnapshotSource? OpenSnapshot() => null;

    public ISnapshotSink BeginInstall(in SnapshotMark mark, long lengthBytes) =>
        throw new Harness.SimulationFailedException($"A snapshot came for g{group}, though nobody offers any.");

    public void Apply(ReadOnlySpan<Entry> entries, Span<ReadOnlyMemory<byte>> results)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            results[i] = Apply(entries[i]);
        }
    }

    private byte[]? Apply(in Entry entry)
    {
        if (entry.Index != AppliedIndex + 1)
        {
            throw new Harness.SimulationFailedException($"Entry {entry.Index} of g{group} is to be applied after {AppliedIndex}.");
        }

        AppliedIndex = entry.Index;
        if (entry.Kind != EntryKind.Command)
        {
            Mix((ulong)entry.Term);
            applied(this, entry, null, false);
            return null;
        }

        var command = KvCommand.Decode(entry.Data.Span);
        KvResult result = Run(command, out bool isNew);
        Mix(((ulong)entry.Term << 8) ^ (ulong)result);
        Mix(command.Client ^ (command.Sequence << 20));
        applied(this, entry, command, isNew);
        return Answers[(int)result];
    }

    private KvResult Run(in KvCommand command, out bool isNew)
    {
        isNew = !_last.TryGetValue(command.Client, out (ulong Sequence, KvResult Result) last) || command.Sequence > last.Sequence;
        if (!isNew)
        {
            return command.Sequence == last.Sequence ? last.Result : KvResult.Late;
        }

        KvResult result = KvResult.Done;
        if (command.IsSwap)
        {
            result = _values[command.Key] == command.OldValue ? KvResult.Swapped : KvResult.NotSwapped;
        }

        if (result != KvResult.NotSwapped)
        {
            _values[command.Key] = command.NewValue;
            Mix(command.NewValue);
        }

        _last[command.Client] = (command.Sequence, result);
        return result;
    }

    private void Mix(ulong value) => Hash = PathRandom.Mix(Hash ^ value) + 0x9E3779B97F4A7C15;
}
