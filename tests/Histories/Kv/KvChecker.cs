using Histories.Linearizability;
using Histories.Recording;

namespace Histories.Kv;

/// <summary>
/// Decides whether a history of a key-value store is linearizable. Keys that no transaction joins are checked apart. Keys
/// that are joined are checked one by one first, which finds most faults at once; then together; and if that comes to no
/// verdict in pairs, which shows a torn transaction.
/// </summary>
public sealed class KvChecker
{
    private static readonly Dictionary<string, string> Empty = [];

    private readonly CheckLimits _limits;
    private readonly IReadOnlyDictionary<string, string> _initial;
    private readonly long _deadline;
    private long _steps;

    private KvChecker(CheckLimits limits, IReadOnlyDictionary<string, string> initial)
    {
        _limits = limits;
        _initial = initial;
        _deadline = LinearizabilityChecker.DeadlineOf(limits);
    }

    /// <param name="initial">What the store held before the history; nothing if left out.</param>
    public static CheckResult Check(History history, CheckLimits? limits = null, IReadOnlyDictionary<string, string>? initial = null) =>
        new KvChecker(limits ?? CheckLimits.Default, initial ?? Empty).Check(history);

    private CheckResult Check(History history)
    {
        CheckResult worst = new(Verdict.Linearizable, "", 0);
        IEnumerable<Operation> happened = history.Operations.Where(operation => operation.Status != OperationStatus.Fail);
        foreach (Component<Operation> component in Components.Of(happened, operation => operation.Keys))
        {
            CheckResult result = Check(component);
            if (result.Verdict == Verdict.NotLinearizable)
            {
                return result with { Steps = _steps };
            }

            worst = worst.Verdict == Verdict.Linearizable ? result : worst;
        }

        return worst with { Steps = _steps };
    }

    private CheckResult Check(Component<Operation> component)
    {
        if (component.Keys.Count > 1 && FindFault(component, component.Keys.Select(key => (string[])[key])) is { } fault)
        {
            return fault;
        }

        CheckResult whole = Check(component.Items, component.Keys);
        return whole.Verdict == Verdict.Unknown && component.Keys.Count > 2
            ? FindFault(component, PairsJoined(component.Items)) ?? whole
            : whole;
    }

    private CheckResult? FindFault(Component<Operation> component, IEnumerable<string[]> projections)
    {
        ILookup<string, int> byKey = component.Items
            .SelectMany((operation, index) => operation.Keys.Distinct().Select(key => (key, index)))
            .ToLookup(pair => pair.key, pair => pair.index);
        foreach (string[] keys in projections)
        {
            CheckResult result = Check([.. keys.SelectMany(key => byKey[key]).Distinct().Select(index => component.Items[index])], keys);
            if (result.Verdict == Verdict.NotLinearizable)
            {
                return result;
            }
        }

        return null;
    }

    private static IEnumerable<string[]> PairsJoined(IReadOnlyList<Operation> operations) =>
        from operation in operations
        let keys = operation.Keys.Distinct().Order(StringComparer.Ordinal).ToArray()
        from i in Enumerable.Range(0, keys.Length)
        from j in Enumerable.Range(i + 1, keys.Length - i - 1)
        group (keys[i], keys[j]) by (keys[i], keys[j]) into pair
        select (string[])[pair.Key.Item1, pair.Key.Item2];

    private CheckResult Check(IReadOnlyList<Operation> operations, IReadOnlyList<string> keys)
    {
        var projection = KvProjection.Of(operations, keys, _initial);
        CheckResult result = LinearizabilityChecker.Check(projection.Model, projection.Calls, _limits, _deadline);
        _steps += result.Steps;
        return result.Verdict == Verdict.Linearizable ? result : result with { Explanation = $"{Name(keys)}: {result.Explanation}" };
    }

    private static string Name(IReadOnlyList<string> keys)
    {
        const int maxShown = 8;
        return (keys.Count == 1 ? "key " : "keys ")
            + string.Join(", ", keys.Take(maxShown).Select(Operation.Quote))
            + (keys.Count > maxShown ? ", …" : "");
    }
}
