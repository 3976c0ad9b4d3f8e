using Histories.Linearizability;
using Histories.Recording;

namespace Histories.Kv;

/// <summary>
/// Operations as seen on some keys only: what they did elsewhere is left out. If a history is linearizable, so is each
/// of its projections, and a small one that is not is soon found out and easily understood.
/// </summary>
internal sealed class KvProjection
{
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);
    private readonly KvNames _names = new();

    private KvProjection(IReadOnlyList<string> keys, IReadOnlyDictionary<string, string> initial)
    {
        for (int slot = 0; slot < keys.Count; slot++)
        {
            _slots.Add(keys[slot], slot);
        }

        Model = new KvModel(keys, _names, new KvState([.. keys.Select(key => _names.IdOf(initial.GetValueOrDefault(key)))]));
    }

    public KvModel Model { get; }

    public IReadOnlyList<TimedCall<KvCall>> Calls { get; private set; } = [];

    public static KvProjection Of(
        IEnumerable<Operation> operations, IReadOnlyList<string> keys, IReadOnlyDictionary<string, string> initial)
    {
        var projection = new KvProjection(keys, initial);
        List<TimedCall<KvCall>> calls = [];
        foreach (Operation operation in operations)
        {
            KvCall call = projection.Translate(operation);
            if (call.Proves.Count + call.Refutes.Count + call.Makes.Count == 0)
            {
                continue;
            }

            calls.Add(operation.Status == OperationStatus.Ok
                ? TimedCall.Certain(call, operation.StartNs, operation.EndNs!.Value)
                : TimedCall.Uncertain(call, operation.StartNs));
        }

        projection.Calls = Simplify(calls);
        return projection;
    }

    /// <summary>
    /// Makes one value of all that no answer tells apart, and leaves out uncertain calls that explain no answer: they make
    /// nothing anybody saw, on slots where nobody noticed what was not there. Either would multiply the orders there are.
    /// </summary>
    private static List<TimedCall<KvCall>> Simplify(List<TimedCall<KvCall>> calls)
    {
        HashSet<Fact> seen = [.. calls.SelectMany(c => c.Call.Proves), .. calls.Select(c => c.Call.Guard).OfType<Fact>()];
        Fact[] refuted = [.. calls.SelectMany(c => c.Call.Refutes)];
        HashSet<int> doubted = [.. refuted.Select(fact => fact.Slot)];
        HashSet<Fact> told = [.. seen, .. refuted];
        return [.. calls
            .Where(c => c.IsCertain || c.Call.Makes.Any(fact => seen.Contains(fact) || doubted.Contains(fact.Slot)))
            .Select(c => c with { Call = c.Call.Making([.. c.Call.Makes.Select(Told)]) })];

        Fact Told(Fact fact) => fact.Value == KvNames.Absent || told.Contains(fact) ? fact : fact with { Value = KvNames.Unseen };
    }

    private KvCall Translate(Operation operation)
    {
        bool isAnswered = operation.Status == OperationStatus.Ok;
        switch (operation.Kind)
        {
            case OperationKind.Get:
                return new KvCall(operation) { Proves = isAnswered ? Facts(operation.Key!, operation.Output) : [] };
            case OperationKind.Put:
                return new KvCall(operation) { Makes = Facts(operation.Key!, operation.NewValue) };
            case OperationKind.Delete:
                return new KvCall(operation) { Makes = Facts(operation.Key!, null) };
            case OperationKind.Cas:
                return TranslateCas(operation, isAnswered, Facts(operation.Key!, operation.OldValue));
            default:
                return new KvCall(operation)
                {
                    Proves = isAnswered ? [.. operation.Reads.Zip(operation.ReadValues, Facts).SelectMany(facts => facts)] : [],
                    Makes = [.. operation.Writes.SelectMany(write => Facts(write.Key, write.Value))],
                };
        }
    }

    private KvCall TranslateCas(Operation operation, bool isAnswered, Fact[] expected)
    {
        Fact[] made = Facts(operation.Key!, operation.NewValue);
        if (!isAnswered)
        {
            return new KvCall(operation) { Guard = expected.Length == 0 ? null : expected[0], Makes = made };
        }

        return operation.Swapped
            ? new KvCall(operation) { Proves = expected, Makes = made }
            : new KvCall(operation) { Refutes = expected };
    }

    private Fact[] Facts(string key, string? value) => _slots.TryGetValue(key, out int slot) ? [new Fact(slot, _names.IdOf(value))] : [];
}
