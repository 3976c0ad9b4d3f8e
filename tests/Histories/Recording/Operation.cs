using System.Text;

namespace Histories.Recording;

/// <summary>
/// One operation as its client saw it. Which of the inputs and outputs mean something depends on the kind; the methods
/// named after the kinds make operations that hold together. A null value is an absent key.
/// </summary>
public sealed record Operation
{
    public required OperationKind Kind { get; init; }

    public string Process { get; init; } = "0";

    /// <summary>The key of everything but a transaction, which has its keys in <see cref="Reads"/> and <see cref="Writes"/>.</summary>
    public string? Key { get; init; }

    /// <summary>What a put writes, and a cas when it swaps.</summary>
    public string? NewValue { get; init; }

    /// <summary>What a cas expects; null expects no value.</summary>
    public string? OldValue { get; init; }

    public IReadOnlyList<string> Reads { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Writes { get; init; } = [];

    /// <summary>What a get answered.</summary>
    public string? Output { get; init; }

    /// <summary>Whether a cas answered that it swapped.</summary>
    public bool Swapped { get; init; }

    /// <summary>What a transaction read, in the order of <see cref="Reads"/>.</summary>
    public IReadOnlyList<string?> ReadValues { get; init; } = [];

    public long StartNs { get; init; }

    /// <summary>When the answer came; for an unknown operation when the client gave up, if it says.</summary>
    public long? EndNs { get; init; }

    public OperationStatus Status { get; init; }

    public static Operation Get(string key, string? output) => new() { Kind = OperationKind.Get, Key = key, Output = output };

    public static Operation Put(string key, string value) => new() { Kind = OperationKind.Put, Key = key, NewValue = value };

    public static Operation Cas(string key, string? oldValue, string newValue, bool swapped) =>
        new() { Kind = OperationKind.Cas, Key = key, OldValue = oldValue, NewValue = newValue, Swapped = swapped };

    public static Operation Delete(string key) => new() { Kind = OperationKind.Delete, Key = key };

    public static Operation Txn(IEnumerable<(string Key, string? Value)> reads, IEnumerable<(string Key, string Value)> writes)
    {
        (string Key, string? Value)[] read = [.. reads];
        return new()
        {
            Kind = OperationKind.Txn,
            Reads = [.. read.Select(r => r.Key)],
            ReadValues = [.. read.Select(r => r.Value)],
            Writes = [.. writes.Select(w => KeyValuePair.Create(w.Key, w.Value))],
        };
    }

    /// <summary>Every key that the operation names; one that is read and written comes twice.</summary>
    public IEnumerable<string> Keys => Kind == OperationKind.Txn ? Reads.Concat(Writes.Select(w => w.Key)) : [Key!];

    /// <summary>The operation in a line for people: who asked what and what came of it, without the times.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        _ = text.Append("process ").Append(Process).Append(": ").Append(Request());
        if (Status != OperationStatus.Ok)
        {
            return text.Append(Status == OperationStatus.Fail ? ", failed" : ", fate unknown").ToString();
        }

        string? answer = Kind switch
        {
            OperationKind.Get => Quote(Output),
            OperationKind.Cas => Swapped ? "swapped" : "not swapped",
            OperationKind.Txn when Reads.Count > 0 => string.Join(", ", Reads.Zip(ReadValues, (key, value) => $"{Quote(key)} = {Quote(value)}")),
            _ => null,
        };
        return (answer is null ? text : text.Append(" -> ").Append(answer)).ToString();
    }

    internal static string Quote(string? value) => value is null ? "nothing" : $"\"{value}\"";

    private string Request() => Kind switch
    {
        OperationKind.Get => $"get {Quote(Key)}",
        OperationKind.Put => $"put {Quote(Key)} = {Quote(NewValue)}",
        OperationKind.Cas => $"cas {Quote(Key)} {Quote(OldValue)} to {Quote(NewValue)}",
        OperationKind.Delete => $"delete {Quote(Key)}",
        _ => $"txn read [{string.Join(", ", Reads.Select(Quote))}] write [{string.Join(", ", Writes.Select(w => $"{Quote(w.Key)} = {Quote(w.Value)}"))}]",
    };
}
