using Histories.Recording;

namespace Histories.Tests.Support;

/// <summary>Spoils a history a little, as a broken store would; what comes out may or may not be linearizable still.</summary>
internal static class Damage
{
    /// <summary>Changes one answer, one fate or one time.</summary>
    public static void Spoil(List<Operation> operations, Random random)
    {
        int at = random.Next(operations.Count);
        Operation operation = operations[at];
        operations[at] = random.Next(6) switch
        {
            0 => operation with { Status = OperationStatus.Fail },
            1 => operation with { StartNs = operation.EndNs!.Value },
            2 => operation with { EndNs = operation.StartNs },
            3 => Late(operation, random.Next(1, 60)),
            _ => WithOtherAnswer(operation, operations, random),
        };
    }

    /// <summary>
    /// One get long after the first of two puts that follow each other answers what the first put wrote, though the
    /// second had ended: a stale read that no order explains if the values are unique.
    /// </summary>
    public static bool MakeOneReadStale(List<Operation> operations, Random random)
    {
        int first = random.Next(operations.Count);
        for (int tried = 0; tried < operations.Count; tried++)
        {
            int i = (first + tried) % operations.Count;
            Operation get = operations[i];
            if (get.Kind != OperationKind.Get || get.Status != OperationStatus.Ok)
            {
                continue;
            }

            Operation[] before = [.. operations
                .Where(o => o.Kind == OperationKind.Put && o.Key == get.Key && o.Status == OperationStatus.Ok && o.EndNs < get.StartNs)
                .OrderBy(o => o.StartNs)];
            if (before.FirstOrDefault(old => before.Any(newer => newer.StartNs > old.EndNs)) is { } stale && stale.NewValue != get.Output)
            {
                operations[i] = get with { Output = stale.NewValue };
                return true;
            }
        }

        return false;
    }

    private static Operation Late(Operation operation, long ns) => operation with { StartNs = operation.StartNs + ns, EndNs = operation.EndNs + ns };

    private static Operation WithOtherAnswer(Operation operation, List<Operation> operations, Random random) => operation.Kind switch
    {
        OperationKind.Get => operation with { Output = OtherValue(operations, random) },
        OperationKind.Cas => operation with { Swapped = !operation.Swapped },
        OperationKind.Txn => operation with { ReadValues = [.. operation.Reads.Select(_ => OtherValue(operations, random))] },
        _ => operation,
    };

    private static string? OtherValue(List<Operation> operations, Random random)
    {
        Operation other = operations[random.Next(operations.Count)];
        return other.NewValue ?? other.Writes.Select(w => w.Value).FirstOrDefault();
    }
}
