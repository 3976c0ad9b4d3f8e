using Histories.Recording;

using Store = System.Collections.Immutable.ImmutableSortedDictionary<string, string>;

namespace Histories.Tests.Support;

/// <summary>What a key-value store does, told once more and plainly, for the brute-force oracle.</summary>
internal static class KvOracle
{
    public static Store Empty { get; } = Store.Empty.WithComparers(StringComparer.Ordinal);

    public static bool IsLinearizable(IEnumerable<Operation> operations) => BruteForce.IsLinearizable(
        [.. operations
            .Where(o => o.Status != OperationStatus.Fail)
            .Select(o => new BruteForce.Span<Operation>(o, o.StartNs, o.Status == OperationStatus.Ok ? o.EndNs : null))],
        Empty,
        Step);

    public static string TextOf(Store store) => string.Join(';', store.Select(pair => $"{pair.Key}={pair.Value}"));

    public static bool Step(Store store, Operation operation, out Store next)
    {
        bool isAnswered = operation.Status == OperationStatus.Ok;
        next = store;
        switch (operation.Kind)
        {
            case OperationKind.Get:
                return !isAnswered || store.GetValueOrDefault(operation.Key!) == operation.Output;
            case OperationKind.Put:
                next = store.SetItem(operation.Key!, operation.NewValue!);
                return true;
            case OperationKind.Delete:
                next = store.Remove(operation.Key!);
                return true;
            case OperationKind.Cas:
                bool swaps = store.GetValueOrDefault(operation.Key!) == operation.OldValue;
                next = swaps ? store.SetItem(operation.Key!, operation.NewValue!) : store;
                return !isAnswered || swaps == operation.Swapped;
            default:
                next = store.SetItems(operation.Writes);
                return !isAnswered || operation.Reads.Select(key => store.GetValueOrDefault(key)).SequenceEqual(operation.ReadValues);
        }
    }
}
