using System.Buffers.Binary;

namespace Consensus.Tests.Host;

/// <summary>
/// A plain map in memory: a command sets one number to another, and is answered with how many were applied before it. Its
/// snapshots lie on a shelf that outlives it.
/// </summary>
internal sealed class KeyValueMachine : IStateMachine
{
    private readonly SnapshotShelf _shelf;
    public const int CommandBytes = 16;

    private readonly Dictionary<long, long> _values = [];
    private readonly Lock _lock = new();
    private readonly List<long> _applied = [];
    private readonly List<long> _keys = [];

    public KeyValueMachine()
        : this(new SnapshotShelf())
    {
    }

    public KeyValueMachine(SnapshotShelf shelf)
    {
        _shelf = shelf;
        Load(shelf.Bytes.Span);
    }

    public long AppliedIndex => Snapshot.Index;

    public SnapshotMark Snapshot => _shelf.Mark;

    /// <summary>As of the last call of <see cref="Apply"/>.</summary>
    public long LastIndex { get; private set; }

    /// <summary>The values set, in the order in which they were.</summary>
    public long[] Applied
    {
        get
        {
            lock (_lock)
            {
                return [.. _applied];
            }
        }
    }

    public static byte[] Set(long key, long value, int bytes = CommandBytes)
    {
        byte[] command = new byte[Math.Max(bytes, CommandBytes)];
        BinaryPrimitives.WriteInt64LittleEndian(command, key);
        BinaryPrimitives.WriteInt64LittleEndian(command.AsSpan(sizeof(long)), value);
        return command;
    }

    public long? Get(long key)
    {
        lock (_lock)
        {
            return _values.TryGetValue(key, out long value) ? value : null;
        }
    }

    public void Apply(ReadOnlySpan<Entry> entries, Span<ReadOnlyMemory<byte>> results)
    {
        lock (_lock)
        {
            LastIndex = entries[^1].Index;
            for (int i = 0; i < entries.Length; i++)
            {
                if (entries[i].Kind != EntryKind.Command)
                {
                    continue;
                }

                ReadOnlySpan<byte> command = entries[i].Data.Span;
                results[i] = BitConverter.GetBytes((long)_applied.Count);
                Take(BinaryPrimitives.ReadInt64LittleEndian(command), BinaryPrimitives.ReadInt64LittleEndian(command[sizeof(long)..]));
            }
        }
    }

    /// <summary>What it holds now, in order.</summary>
    public (long Index, byte[] Bytes) Save(int padding)
    {
        lock (_lock)
        {
            byte[] bytes = new byte[sizeof(long) + (_applied.Count * CommandBytes) + padding];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, _applied.Count);
            for (int i = 0; i < _applied.Count; i++)
            {
                Set(_keys[i], _applied[i]).CopyTo(bytes.AsSpan(sizeof(long) + (i * CommandBytes)));
            }

            return (LastIndex, bytes);
        }
    }

    public ISnapshotSource? OpenSnapshot() => _shelf.Mark.Index == 0 ? null : _shelf.Open();

    public ISnapshotSink BeginInstall(in SnapshotMark mark, long lengthBytes) => new Sink(this, mark, lengthBytes);

    private void Load(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _values.Clear();
            _applied.Clear();
            _keys.Clear();
            LastIndex = _shelf.Mark.Index;
            long count = bytes.IsEmpty ? 0 : BinaryPrimitives.ReadInt64LittleEndian(bytes);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> command = bytes.Slice(sizeof(long) + (i * CommandBytes), CommandBytes);
                Take(BinaryPrimitives.ReadInt64LittleEndian(command), BinaryPrimitives.ReadInt64LittleEndian(command[sizeof(long)..]));
            }
        }
    }

    private void Take(long key, long value)
    {
        _values[key] = value;
        _keys.Add(key);
        _applied.Add(value);
    }

    private sealed class Sink(KeyValueMachine machine, SnapshotMark mark, long lengthBytes) : ISnapshotSink
    {
        private readonly MemoryStream _bytes = new();

        public void Write(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

        public void Complete()
        {
            Assert.That(_bytes.Length, Is.EqualTo(lengthBytes));
            machine._shelf.Put(mark, _bytes.ToArray());
            machine.Load(machine._shelf.Bytes.Span);
        }

        public void Dispose() => _bytes.Dispose();
    }
}
