using System.Globalization;
using Histories.ExactlyOnce;
using Histories.Kv;
using Histories.Linearizability;
using Histories.Recording;
using Simulation.Cluster.Calls;
using Simulation.Cluster.Clients;
using Simulation.Cluster.Machine;
using Simulation.Harness;

namespace Simulation.Cluster.Checking;

/// <summary>What clients did and were told: in the end it has to be what one machine, alone, could have done.</summary>
internal sealed class HistoryBook(int groups, ClusterCounts counts)
{
    private static readonly CheckLimits Limits = new() { MaxSteps = 2_000_000, MaxVisitedBytes = 64L << 20 };

    private readonly List<Operation>[] _operations = [.. Enumerable.Range(0, groups).Select(_ => new List<Operation>())];
    private readonly Dictionary<CommandId, CommandFate>[] _fates = [.. Enumerable.Range(0, groups).Select(_ => new Dictionary<CommandId, CommandFate>())];

    /// <summary>An operation has ended: with an answer, or with none.</summary>
    public void Note(ClientOperation operation, CallAnswer? answer, long nowNs)
    {
        int group = (int)operation.Group.Value - 1;
        OperationStatus status = answer is not null ? OperationStatus.Ok : operation.MayHappen ? OperationStatus.Unknown : OperationStatus.Fail;
        Count(operation, answer, status);
        if (operation.IsRead)
        {
            if (answer is { } read)
            {
                _operations[group].Add(Complete(Operation.Get(KeyOf(operation), Text(read.Value)), operation, status, nowNs));
            }

            return;
        }

        KvCommand command = operation.Command;
        _fates[group].Add(new CommandId(command.Client, command.Sequence), status switch
        {
            OperationStatus.Ok => CommandFate.Acknowledged,
            OperationStatus.Fail => CommandFate.Refused,
            _ => CommandFate.Unknown,
        });
        if (answer?.Result == KvResult.Late)
        {
            throw new SimulationFailedException($"{operation.Group} told client {command.Client} that its command {command.Sequence} came late, and it had sent no later one.");
        }

        Operation write = command.IsSwap
            ? Operation.Cas(KeyOf(operation), Text(command.OldValue), Text(command.NewValue)!, answer?.Result == KvResult.Swapped)
            : Operation.Put(KeyOf(operation), Text(command.NewValue)!);
        _operations[group].Add(Complete(write, operation, status, nowNs));
    }

    /// <summary>At the end: every acknowledged write is there, once, and one order explains all answers.</summary>
    public void Check(GroupBook book)
    {
        int group = (int)book.Group.Value - 1;
        IEnumerable<CommandId> applied = book.Applied
            .Where(entry => entry.Command is not null && entry.IsNew)
            .Select(entry => new CommandId(entry.Command!.Value.Client, entry.Command.Value.Sequence));
        IReadOnlyList<string> faults = ExactlyOnceChecker.Check(_fates[group], applied);
        book.Require(faults.Count == 0, $"broke exactly once: {string.Join("; ", faults)}");
        CheckResult result = KvChecker.Check(new History(_operations[group]), Limits);
        counts.Note(result.Verdict == Verdict.Unknown ? ClusterEvent.HistoriesUndecided : ClusterEvent.HistoriesChecked);
        book.Require(result.Verdict != Verdict.NotLinearizable, $"answered what no order of its operations explains: {result.Explanation}");
    }

    private static Operation Complete(Operation operation, ClientOperation from, OperationStatus status, long nowNs) => operation with
    {
        Process = from.Command.Client.ToString(CultureInfo.InvariantCulture),
        StartNs = from.StartNs,
        EndNs = nowNs,
        Status = status,
    };

    private static string KeyOf(ClientOperation operation) => operation.Command.Key.ToString(CultureInfo.InvariantCulture);

    private static string? Text(ulong value) => value == 0 ? null : FormattableString.Invariant($"{value >> 32}.{(uint)value}");

    private void Count(ClientOperation operation, CallAnswer? answer, OperationStatus status)
    {
        counts.Note(ClusterEvent.OperationsFailed, status == OperationStatus.Fail ? 1 : 0);
        counts.Note(ClusterEvent.OperationsUnknown, status == OperationStatus.Unknown ? 1 : 0);
        if (answer is { } known && !operation.IsRead)
        {
            counts.Note(known.Result switch
            {
                KvResult.Swapped => ClusterEvent.Swaps,
                KvResult.NotSwapped => ClusterEvent.SwapsRefused,
                _ => ClusterEvent.Puts,
            });
        }
    }
}
