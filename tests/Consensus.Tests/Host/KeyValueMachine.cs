using System.Buffers.Binary;

namespace Consensus.Tests.Host;

/// <summary>A plain map in memory: a command sets one number to another, and is answered with how many were applied before it.</summary>
internal sealed class KeyValueMachine : IStateMachine
{
    public const int CommandBytes = 16;

    private readonly Dictionary<long, long> _values = [];
    private readonly Lock _lock = new();
    private readonly List<long> _applied = [];

    public long AppliedIndex => 0;

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
            for (int i = 0; i < entries.Length; i++)
            {
                if (entries[i].Kind != EntryKind.Command)
                {
                    continue;
                }

                ReadOnlySpan<byte> command = entries[i].Data.Span;
                long value = BinaryPrimitives.ReadInt64LittleEndian(command[sizeof(long)..]);
                _values[BinaryPrimitives.ReadInt64LittleEndian(command)] = value;
                results[i] = BitConverter.GetBytes((long)_applied.Count);
                _applied.Add(value);
            }
        }
    }
}
