using Histories.Recording;

namespace Histories.Tests.Support;

/// <summary>Gives operations their times and fates, so that a history reads like a drawing.</summary>
internal static class Timed
{
    public static Operation At(this Operation operation, long startNs, long endNs) =>
        operation with { StartNs = startNs, EndNs = endNs, Status = OperationStatus.Ok };

    public static Operation UnknownFrom(this Operation operation, long startNs) =>
        operation with { StartNs = startNs, EndNs = null, Status = OperationStatus.Unknown };

    public static Operation FailedAt(this Operation operation, long startNs, long endNs) =>
        operation with { StartNs = startNs, EndNs = endNs, Status = OperationStatus.Fail };

    public static string Text(this IEnumerable<Operation> operations)
    {
        var text = new StringWriter();
        HistoryWriter.Write(new History(operations), text);
        return text.ToString();
    }
}
