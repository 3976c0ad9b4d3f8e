using Histories.Recording;
using Store = System.Collections.Immutable.ImmutableSortedDictionary<string, string>;

namespace Histories.Tests.Support;

/// <summary>
/// The oracle for a dozen operations and a few keys: the plain search, which remembers where it has been and knows no
/// shortcut. The brute-force oracle speaks for it.
/// </summary>
internal sealed class MemoOracle
{
    private readonly Operation[] _operations;
    private readonly HashSet<(int Placed, string State)> _visited = [];

    private MemoOracle(IEnumerable<Operation> operations) => _operations = [.. operations.Where(o => o.Status != OperationStatus.Fail)];

    public static bool IsLinearizable(IEnumerable<Operation> operations) =>
        new MemoOracle(operations).CanContinue(0, KvOracle.Empty);

    private bool CanContinue(int placed, Store store)
    {
        if (!_visited.Add((placed, KvOracle.TextOf(store))))
        {
            return false;
        }

        int[] open = [.. Enumerable.Range(0, _operations.Length).Where(i => (placed >> i & 1) == 0)];
        int[] owed = [.. open.Where(i => _operations[i].Status == OperationStatus.Ok)];
        return owed.Length == 0 || open.Any(i =>
            owed.All(other => _operations[other].EndNs >= _operations[i].StartNs)
            && KvOracle.Step(store, _operations[i], out Store next)
            && CanContinue(placed | 1 << i, next));
    }
}
