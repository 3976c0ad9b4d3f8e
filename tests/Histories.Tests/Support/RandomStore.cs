using Histories.Recording;

namespace Histories.Tests.Support;

/// <summary>
/// Makes histories that are linearizable by construction: every operation gets a moment between its start and its end,
/// and a plain dictionary answers the operations in the order of their moments.
/// </summary>
internal sealed class RandomStore(int seed)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, string> _store = new(StringComparer.Ordinal);
    private long _values;

    public int Clients { get; init; } = 4;

    public int Operations { get; init; } = 100;

    public int Keys { get; init; } = 1;

    /// <summary>How many different values are written; 0 means that every write has its own.</summary>
    public int Values { get; init; }

    public double UnknownShare { get; init; }

    public double CasShare { get; init; }

    public double TxnShare { get; init; }

    /// <summary>The longest pause of a client and the longest wait for an answer.</summary>
    public int MaxPauseTicks { get; init; } = 100;

    public int MaxWaitTicks { get; init; } = 100;

    public List<Operation> Run()
    {
        long[] free = new long[Clients];
        List<Planned> plan = [];
        for (int i = 0; i < Operations; i++)
        {
            int client = i % Clients;
            long start = free[client] + _random.Next(MaxPauseTicks);
            long end = start + _random.Next(MaxWaitTicks);
            bool isUnknown = _random.NextDouble() < UnknownShare;
            // One of unknown fate may take effect long after its client went on, or never.
            long moment = isUnknown ? start + _random.Next(8 * MaxWaitTicks) : start + _random.NextInt64(end - start + 1);
            plan.Add(new Planned(client, start, end, isUnknown && _random.Next(3) == 0 ? long.MaxValue : moment, isUnknown));
            free[client] = end + 1;
        }

        return [.. plan.OrderBy(p => p.Moment).Select(Perform)];
    }

    private Operation Perform(Planned planned)
    {
        Operation operation = Choose() with
        {
            Process = planned.Client.ToString(System.Globalization.CultureInfo.InvariantCulture),
            StartNs = planned.StartNs,
            EndNs = planned.EndNs,
        };
        Operation answered = planned.Moment == long.MaxValue ? operation : Apply(operation);
        return planned.IsUnknown ? operation with { Status = OperationStatus.Unknown } : answered;
    }

    private Operation Choose()
    {
        double kind = _random.NextDouble();
        if (kind < TxnShare)
        {
            string[] keys = [.. Enumerable.Range(0, 2).Select(_ => Key()).Distinct()];
            (string, string)[] writes = _random.Next(2) == 0 ? [] : [.. keys.Select(key => (key, Value()))];
            return Operation.Txn(_random.Next(3) == 0 ? [] : keys.Select(key => (key, (string?)null)), writes);
        }

        string at = Key();
        if (kind < TxnShare + CasShare)
        {
            return Operation.Cas(at, _random.Next(4) == 0 ? Value() : _store.GetValueOrDefault(at), Value(), swapped: false);
        }

        return _random.Next(12) switch
        {
            0 => Operation.Delete(at),
            <= 5 => Operation.Put(at, Value()),
            _ => Operation.Get(at, null),
        };
    }

    private Operation Apply(Operation operation)
    {
        switch (operation.Kind)
        {
            case OperationKind.Get:
                return operation with { Output = _store.GetValueOrDefault(operation.Key!) };
            case OperationKind.Put:
                _store[operation.Key!] = operation.NewValue!;
                return operation;
            case OperationKind.Delete:
                _ = _store.Remove(operation.Key!);
                return operation;
            case OperationKind.Cas:
                bool swaps = _store.GetValueOrDefault(operation.Key!) == operation.OldValue;
                if (swaps)
                {
                    _store[operation.Key!] = operation.NewValue!;
                }

                return operation with { Swapped = swaps };
            default:
                string?[] read = [.. operation.Reads.Select(key => _store.GetValueOrDefault(key))];
                foreach ((string key, string value) in operation.Writes)
                {
                    _store[key] = value;
                }

                return operation with { ReadValues = read };
        }
    }

    private string Key() => FormattableString.Invariant($"k{_random.Next(Keys)}");

    private string Value() => FormattableString.Invariant($"v{(Values == 0 ? _values++ : _random.Next(Values))}");

    private readonly record struct Planned(int Client, long StartNs, long EndNs, long Moment, bool IsUnknown);
}
